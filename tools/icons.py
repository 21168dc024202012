"""Tabler's outline icons as data, and a check that every icon which the tree asks for exists.

All of them go into build/icons.json: reading 5,000 takes 5 ms, and a plug-in from elsewhere may ask for any.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path

from tools.files import write_whole
from tools.paths import ICONS, NODE_MODULES, ROOT, SOURCE_FOLDERS

NODES = NODE_MODULES / "@tabler" / "icons" / "tabler-nodes-outline.json"
SOURCE_ENDS = {".py", ".html"}
ASKED_FOR = re.compile(r"""\bicon\s*(?:\(|=|:[ \w\[\]]+=)\s*(["'])([^"'{}\n]+)\1""")


def build() -> None:
    """Write each icon by its name, as the markup inside its svg element."""
    nodes = json.loads(NODES.read_text(encoding="utf-8"))
    icons = {name: "".join(_element(tag, attributes) for tag, attributes in parts) for name, parts in nodes.items()}
    write_whole(ICONS, json.dumps(icons, separators=(",", ":"), ensure_ascii=False))


def unknown_names(root: Path, icons: dict[str, str]) -> list[str]:
    """One line for each place that asks for an icon which Tabler does not have."""
    problems = []
    for path in sources(root):
        text = path.read_text(encoding="utf-8")
        for found in ASKED_FOR.finditer(text):
            if found[2] not in icons:
                line = text.count("\n", 0, found.start()) + 1
                problems.append(f"{path.relative_to(root)}:{line}: Tabler has no outline icon {found[2]!r}")
    return problems


def sources(root: Path) -> Iterator[Path]:
    """Code and templates of the core, of the plug-ins and of the examples."""
    for folder in SOURCE_FOLDERS:
        yield from (path for path in sorted((root / folder).rglob("*")) if path.suffix in SOURCE_ENDS)


def _element(tag: str, attributes: dict[str, object]) -> str:
    written = "".join(f' {name}="{escape(str(value))}"' for name, value in attributes.items())
    return f"<{tag}{written}/>"


if __name__ == "__main__":
    sys.exit("\n".join(unknown_names(ROOT, json.loads(ICONS.read_text(encoding="utf-8")))) or None)
