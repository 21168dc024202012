"""The texts of a plug-in in Chinese: found in its code and templates, compared with its catalogue, compiled."""

from __future__ import annotations

import io
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

LANGUAGE = "zh_Hans"
METHODS = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract"), ("**.txt", "jinja2.ext:babel_extract")]
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "_l": None,
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
}
LEFT_OUT = ("tests", "migrations", "translations", "static")


def catalogue_path(root: Path, domain: str) -> Path:
    """Where the Chinese catalogue of a plug-in lies; `root` is its package's folder."""
    return root / "translations" / LANGUAGE / "LC_MESSAGES" / f"{domain}.po"


def texts_of(root: Path) -> Catalog:
    """The texts that are marked for translation in the package's code and templates."""
    found = Catalog(locale=LANGUAGE)
    options = {"**.html": {"silent": "false"}, "**.txt": {"silent": "false"}}

    def is_ours(folder: str | Path) -> bool:
        return Path(folder).name not in LEFT_OUT and not Path(folder).name.startswith((".", "_"))

    for _file, _line, text, comments, context in extract_from_dir(
        str(root), METHODS, options, KEYWORDS, directory_filter=is_ours
    ):
        found.add(text, auto_comments=comments, context=context)
    return found


def problems_of(root: Path, domain: str) -> list[str]:
    """What keeps a reader of Chinese from reading Chinese, one line each."""
    wanted = {message.id for message in texts_of(root) if message.id}
    path = catalogue_path(root, domain)
    if not wanted:
        return []
    if not path.exists():
        return [f"there is no {LANGUAGE} catalogue ({path.name}): flask plugins translate {domain}"]
    catalogue = _read(path)
    known = {message.id: message for message in catalogue if message.id}
    problems = [
        f"not in the {LANGUAGE} catalogue: {_first(text)!r}" for text in sorted(wanted - known.keys(), key=_first)
    ]
    problems += [
        f"not translated to {LANGUAGE}: {_first(text)!r}"
        for text in sorted(wanted & known.keys(), key=_first)
        if known[text].fuzzy or not all(_strings(known[text]))
    ]
    compiled = path.with_suffix(".mo")
    if not compiled.exists() or _entries(read_mo(io.BytesIO(compiled.read_bytes()))) != _entries(catalogue):
        problems.append(f"{compiled.name} is not what {path.name} says: flask plugins translate {domain}")
    return problems


def update(root: Path, domain: str) -> tuple[Path, int]:
    """Bring the catalogue in step with the texts and compile it; its path, and how many texts wait for a translator."""
    path = catalogue_path(root, domain)
    catalogue = _read(path) if path.exists() else Catalog(locale=LANGUAGE)
    catalogue.update(texts_of(root), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as target:
        write_po(
            target, catalogue, width=0, no_location=True, sort_output=True, ignore_obsolete=True, omit_header=False
        )
    compile_catalogue(path)
    waiting = [message for message in catalogue if message.id and not all(_strings(message))]
    return path, len(waiting)


def compile_catalogue(path: Path) -> None:
    """Write the .mo file beside a .po file."""
    path.with_suffix(".mo").write_bytes(_compiled(_read(path)))


def _compiled(catalogue: Catalog) -> bytes:
    target = io.BytesIO()
    write_mo(target, catalogue)
    return target.getvalue()


def _entries(catalogue: Catalog) -> dict[str, tuple[str, ...]]:
    return {_first(message.id): _strings(message) for message in catalogue if message.id and any(_strings(message))}


def _strings(message: Message) -> tuple[str, ...]:
    strings = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
    return tuple(text or "" for text in strings) or ("",)


def _read(path: Path) -> Catalog:
    with path.open("rb") as source:
        return read_po(source, locale=LANGUAGE, abort_invalid=True)


def _first(text: object) -> str:
    return str(text[0]) if isinstance(text, list | tuple) else str(text)
