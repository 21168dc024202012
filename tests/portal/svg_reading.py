"""Reads a drawing as a browser would."""

from __future__ import annotations

from xml.etree import ElementTree

SVG = "{http://www.w3.org/2000/svg}"


def parse(drawing: str) -> ElementTree.Element:
    """The drawing as a browser would see it inside HTML: in SVG's namespace."""
    named = str(drawing).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return ElementTree.fromstring(named)  # noqa: S314 - our own drawing


def find(drawing: str, tag: str, **attributes: str) -> list[ElementTree.Element]:
    """Elements of a kind, with these attributes."""
    wanted = {name.rstrip("_"): value for name, value in attributes.items()}
    return [e for e in parse(drawing).iter(SVG + tag) if all(e.get(name) == value for name, value in wanted.items())]


def words(drawing: str) -> list[str]:
    return [element.text or "" for element in find(drawing, "text")]


def widths(drawing: str, **attributes: str) -> list[float]:
    return [float(rect.get("width", 0)) for rect in find(drawing, "rect", **attributes)]
