"""Mends what WeasyPrint 70 leaves undone in a tagged PDF, on the finished objects before they are written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pydyf

ALLOWED_LINKS = ("http://", "https://", "mailto:", "tel:")


def mend(document: object, pdf: pydyf.PDF) -> None:
    """Finisher for `write_pdf`: safe links, table heads with a scope, running heads as artifacts."""
    _drop_unsafe_actions(pdf)
    if "StructTreeRoot" in pdf.catalog:
        _give_heads_a_scope(pdf)
        _turn_running_text_into_artifacts(pdf)


def _drop_unsafe_actions(pdf: pydyf.PDF) -> None:
    """Take the action from everything that is not a plain link to a web page, a mail or a phone number."""
    for item in pdf.objects:
        if not isinstance(item, pydyf.Dictionary) or not isinstance(item.get("A"), pydyf.Dictionary):
            continue
        action = item["A"]
        if "S" not in action:
            continue  # structure elements keep their attributes under the same key
        target = getattr(action.get("URI"), "string", "")
        if action["S"] != "/URI" or not str(target).lower().startswith(ALLOWED_LINKS):
            del item["A"]


def _give_heads_a_scope(pdf: pydyf.PDF) -> None:
    """A head cell in the table head rules its column, one in a row of the body its row."""
    for element in _elements(pdf):
        if element["S"] != "/TH":
            continue
        row = at(pdf, element["P"])
        group = at(pdf, row["P"])
        element.setdefault("A", pydyf.Dictionary({"O": "/Table"}))
        element["A"]["Scope"] = "/Column" if group["S"] == "/THead" else "/Row"


def _turn_running_text_into_artifacts(pdf: pydyf.PDF) -> None:
    """WeasyPrint marks the text of margin boxes as content and hangs it nowhere; a reader must skip it."""
    root = at(pdf, pdf.catalog["StructTreeRoot"])
    linked = _linked(pdf, root["K"])
    numbers = at(pdf, root["ParentTree"])["Nums"]
    parents = dict(zip(numbers[::2], numbers[1::2], strict=True))
    for page_number in pdf.pages["Kids"][::3]:
        page = pdf.objects[page_number]
        elements = parents[page["StructParents"]]
        loose = {mcid for mcid, reference in enumerate(elements) if _number(reference) not in linked}
        if loose:
            _unmark(at(pdf, page["Contents"]), loose)
            elements[:] = ["null" if mcid in loose else reference for mcid, reference in enumerate(elements)]
    for element in list(_elements(pdf)):
        if element.number not in linked:
            element.clear()


def _unmark(stream: pydyf.Stream, loose: set[int]) -> None:
    """Rewrite the marks of the loose content as pagination artifacts."""
    operations = stream.stream
    for place, operation in enumerate(operations):
        if isinstance(operation, bytes) or not isinstance(operation, pydyf.Dictionary):
            continue
        if operation.get("MCID") in loose:
            operations[place - 1] = "/Artifact"
            operations[place] = pydyf.Dictionary({"Type": "/Pagination"})


def _linked(pdf: pydyf.PDF, roots: list[Any]) -> set[int]:
    """Numbers of the structure elements that hang in the tree."""
    found: set[int] = set()
    todo = [_number(reference) for reference in roots]
    while todo:
        number = todo.pop()
        element = pdf.objects[number]
        if number not in found and isinstance(element, dict) and element.get("Type") == "/StructElem":
            found.add(number)
            todo += [_number(kid) for kid in element["K"] if isinstance(kid, bytes)]
    return found


def _elements(pdf: pydyf.PDF) -> Iterator[pydyf.Dictionary]:
    for item in pdf.objects:
        if isinstance(item, pydyf.Dictionary) and item.get("Type") == "/StructElem":
            yield item


def _number(reference: bytes) -> int:
    return int(reference.split()[0])


def at(pdf: pydyf.PDF, reference: bytes) -> Any:
    """The object that a reference names."""
    return pdf.objects[_number(reference)]
