"""Builds what the portal serves and prints with: style sheet, script, icons, fonts, compiled translations."""

from __future__ import annotations

import re
import sys

from tools import fonts, icons, marks, translations
from tools.files import copy_whole, write_whole
from tools.paths import NODE_MODULES, VENDOR

SOURCE_MAP = re.compile(r"\s*/\*# sourceMappingURL=[^*]*\*/\s*$")


def build_vendor() -> None:
    """Copy Tabler's style sheet and htmx to where the portal serves them from."""
    sheet = (NODE_MODULES / "@tabler/core/dist/css/tabler.min.css").read_text(encoding="utf-8")
    write_whole(VENDOR / "tabler.min.css", SOURCE_MAP.sub("\n", sheet))
    copy_whole(NODE_MODULES / "htmx.org/dist/htmx.min.js", VENDOR / "htmx.min.js")


PARTS = {
    "vendor": build_vendor,
    "fonts": fonts.build,
    "icons": icons.build,
    "marks": marks.build,
    "translations": translations.compile_all,
}


def build(names: list[str]) -> None:
    """Build the parts named, or all of them."""
    for name in names or list(PARTS):
        PARTS[name]()


if __name__ == "__main__":
    build(sys.argv[1:])
