"""Opens what strangers send, in a process of its own with limits: `python child.py TASK`, answer on stdout.

A spreadsheet of 1.4 KB can claim seventeen thousand million cells, a PDF of 2 MB can unfold to 4 GB: the readers
(calamine, qpdf) then abort or fill the memory, and must not take the web process with them. Started by
portal.files.limited; it imports nothing of the portal, so that it starts quickly.

Protocol: one line of JSON arguments and the file's bytes in; one line of JSON and bytes, if any, out.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from collections.abc import Callable
from typing import Any

MAX_MEMORY_BYTES = 768 * 1024 * 1024
MAX_CPU_SECONDS = 30

# Actions that run something, send something, or open what lies inside of the document.
DANGEROUS_ACTIONS = frozenset({
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/Rendition", "/Movie", "/Sound",
    "/RichMediaExecute",
})  # fmt: skip
# Keys that hold such things -> what a person is told was removed.
DANGEROUS_KEYS = {
    "/JS": "script", "/JavaScript": "script", "/AA": "script", "/XFA": "form", "/EmbeddedFiles": "attachment",
    "/EF": "attachment", "/AF": "attachment", "/RichMediaContent": "media", "/RichMediaSettings": "media",
}  # fmt: skip
ACTION_WORDS = {
    "/JavaScript": "script", "/Launch": "program", "/Movie": "media", "/Sound": "media", "/Rendition": "media",
}  # fmt: skip


def limit_resources() -> None:
    """Never more memory, time or files than an honest document needs."""
    for what, most in (
        (resource.RLIMIT_AS, MAX_MEMORY_BYTES),
        (resource.RLIMIT_CPU, MAX_CPU_SECONDS),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        resource.setrlimit(what, (most, most))


def read_sheet(
    data: bytes, sheet: str | None, max_rows: int, max_cells: int, first_rows: int | None = None
) -> tuple[dict[str, Any], bytes]:
    """The cells of one sheet (the first visible one with content, unless named); of its first rows only, if so many are asked."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        found = _choose_sheet(book, sheet)
    except PasswordError:
        return {"refused": "locked"}, b""
    except CalamineError as error:
        return {"refused": "broken", "detail": str(error)}, b""
    if found is None:
        return {"refused": "no_sheet", "sheets": book.sheet_names}, b""
    if found.start is None:
        return {"refused": "empty"}, b""
    answer = {"sheet": found.name, "row": found.start[0] + 1, "column": found.start[1], "height": found.height}
    height = found.height if first_rows is None else min(found.height, first_rows)
    if height > max_rows + 1 or height * found.width > max_cells:
        return {"refused": "too_large", **answer}, b""
    rows = json.dumps(
        found.to_python(nrows=first_rows), default=lambda moment: {"t": moment.isoformat()}, ensure_ascii=False
    )
    return answer, rows.encode("utf-8", errors="replace")


def _choose_sheet(book: Any, name: str | None) -> Any:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    if name is not None:
        return book.get_sheet_by_name(name) if name in book.sheet_names else None
    worksheets = [meta for meta in book.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet]
    visible = [meta.name for meta in worksheets if meta.visible == SheetVisibleEnum.Visible]
    sheets = (book.get_sheet_by_name(each) for each in visible)
    first = None
    for sheet in sheets:
        first = first or sheet
        if sheet.start is not None:
            return sheet
    return first


def clean_pdf(data: bytes) -> tuple[dict[str, Any], bytes]:
    """The number of pages, what was taken out, and the document anew where the given bytes must not be kept."""
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            pages = len(pdf.pages)
            removed = sorted({word for item in pdf.objects for word in _clean(item)})
            warnings = [str(warning) for warning in pdf.get_warnings()]
            if any("bad_alloc" in warning for warning in warnings):
                return {"refused": "too_large"}, b""
            # The given bytes are kept (their signature stays valid) only if all of them were understood.
            same = not removed and not warnings and data.startswith(b"%PDF-") and not pdf.is_encrypted
            return {"pages": pages, "removed": removed}, b"" if same else _written(pdf)
    except pikepdf.PasswordError:
        return {"refused": "locked"}, b""
    except (pikepdf.PdfError, ValueError, RuntimeError, RecursionError) as error:
        return {"refused": "broken", "detail": str(error)}, b""


def _written(pdf: Any) -> bytes:
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def _clean(item: Any, depth: int = 0) -> set[str]:
    """Remove what is dangerous from an object and from what stands directly in it; words for what was removed."""
    import pikepdf

    removed: set[str] = set()
    if isinstance(item, pikepdf.Array):
        for value in item:
            removed |= _clean_child(value, depth)
        return removed
    if not isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
        return removed
    action = str(item.get("/S", ""))
    if action in DANGEROUS_ACTIONS:
        removed.add(ACTION_WORDS.get(action, "action"))
        item["/S"] = pikepdf.Name("/Removed")
        for key in ("/F", "/Win", "/JS", "/T", "/Next"):
            if key in item:
                del item[key]
    for key in [key for key in DANGEROUS_KEYS if key in item]:
        del item[key]
        removed.add(DANGEROUS_KEYS[key])
    if str(item.get("/URI", "")).strip().lower().startswith(("javascript:", "file:", "data:", "vbscript:")):
        del item["/URI"]
        removed.add("script")
    for key in list(item.keys()):
        removed |= _clean_child(item[key], depth)
    return removed


def _clean_child(value: Any, depth: int) -> set[str]:
    """Objects with a number of their own are visited by themselves."""
    if getattr(value, "is_indirect", False):
        return set()
    if depth > 60:
        raise RecursionError("nested too deeply")
    return _clean(value, depth + 1)


TASKS: dict[str, Callable[..., tuple[dict[str, Any], bytes]]] = {"read_sheet": read_sheet, "clean_pdf": clean_pdf}


def main() -> None:
    """Do the task named on the command line."""
    limit_resources()
    arguments = json.loads(sys.stdin.buffer.readline())
    try:
        answer, body = TASKS[sys.argv[1]](sys.stdin.buffer.read(), **arguments)
    except MemoryError:
        answer, body = {"refused": "too_large"}, b""
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + body)


if __name__ == "__main__":
    main()
