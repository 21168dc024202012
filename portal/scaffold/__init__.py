"""`flask plugins new`: a small third-party plug-in to begin from, complete, with tests that it passes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from portal import plugin_texts
from portal.contracts import API_VERSION
from portal.host import PluginProblem
from portal.scaffold.names import package_of

FILES = Path(__file__).parent / "files"
ENDING = ".tpl"
PLACE = re.compile(r"\[\[ (\w+) \]\]")
FIRST_VERSION = "0.1"
# What would have to be escaped differently in each of the files that a title goes into.
UNFIT_FOR_TITLES = frozenset('"\\%{}[]<>`')
LONGEST_TITLE = 60


@dataclass(frozen=True, slots=True)
class Blank:
    """What is to be written; an empty title is made from the name, an empty Chinese one from the title."""

    name: str
    folder: Path
    title: str = ""
    chinese: str = ""

    @property
    def words(self) -> dict[str, str]:
        """What stands in the files where they leave a place for it."""
        title = self.title or self.name.replace("_", " ").capitalize()
        return {
            "name": self.name,
            "package": package_of(self.name),
            "camel": self.name.title().replace("_", ""),
            "distribution": package_of(self.name).replace("_", "-"),
            "title": title,
            "chinese": self.chinese or title,
            "version": FIRST_VERSION,
            "api_version": str(API_VERSION),
        }


def write(blank: Blank) -> list[Path]:
    """Write the plug-in; its files. PluginProblem where a folder is there already, or a title cannot be one."""
    for title in (blank.title, blank.chinese):
        _check_title(title)
    if blank.folder.exists():
        raise PluginProblem(f"{blank.folder} is there already; nothing was written")
    texts = {_place(source, blank): _filled(source, blank) for source in sorted(FILES.rglob(f"*{ENDING}"))}
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    plugin_texts.compile_catalogue(plugin_texts.catalogue_path(blank.folder / package_of(blank.name), blank.name))
    return list(texts)


def _check_title(title: str) -> None:
    unfit = sorted(UNFIT_FOR_TITLES.intersection(title))
    if unfit or not title.isprintable() or len(title) > LONGEST_TITLE:
        without = f", without {' '.join(unfit)}" if unfit else ""
        raise PluginProblem(f"a title is one line of at most {LONGEST_TITLE} letters{without}")


def _place(source: Path, blank: Blank) -> Path:
    inside = source.relative_to(FILES).as_posix().removesuffix(ENDING)
    inside = inside.replace("_package_", package_of(blank.name)).replace("_name_", blank.name)
    return blank.folder / inside.replace("_gitignore", ".gitignore")


def _filled(source: Path, blank: Blank) -> str:
    """The file with its places filled."""
    return PLACE.sub(lambda place: blank.words[place[1]], source.read_text(encoding="utf-8"))


__all__ = ["Blank", "write"]
