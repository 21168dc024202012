"""The catalogues of translations: `compile` them, `update` them from the tree, `check` that nothing is missing.

One catalogue per text domain and language, written so that two people's changes merge: sorted, without line numbers
and without dates. English is the language of the code and has no catalogue.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from tools.files import write_whole
from tools.paths import ROOT, catalogues, text_domains

LANGUAGE = "zh_Hans"
HEADER = f"""msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Language: {LANGUAGE}\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "_l": None,
    "lazy_gettext": None,
    "lazy_pgettext": ((1, "c"), 2),
    "lazy_ngettext": (1, 2),
    "lazy_npgettext": ((1, "c"), 2, 3),
}
METHODS = {".py": "python"} | dict.fromkeys((".html", ".txt", ".svg", ".xml"), "jinja2.ext:babel_extract")
LEFT_OUT = {"tests", "translations", "static", "migrations", "__pycache__"}
PLACEHOLDER = re.compile(r"%%|%\(\w+\)[a-z]|%[a-z]|\{\w*\}")
# Libraries whose own Chinese catalogue is partial, and in whose folder ours for them is.
LIBRARIES = {"flask_security": "portal"}


def compile_all() -> None:
    """Write the .mo file beside each catalogue."""
    for path in catalogues():
        compiled = path.with_suffix(".mo.new")
        with compiled.open("wb") as target:
            write_mo(target, read(path))
        compiled.replace(path.with_suffix(".mo"))


def update(domains: Iterable[str] = ()) -> None:
    """Bring the catalogues in step with the tree: new texts come in empty, texts no longer used go and are named."""
    for domain, path, found in templates(domains):
        catalogue = read(path) if path.exists() else Catalog(locale=LANGUAGE)
        before = {key(message) for message in catalogue if message.id}
        catalogue.update(found, no_fuzzy_matching=True)
        write(path, catalogue)
        after = {key(message) for message in catalogue if message.id}
        print(f"{domain}: {len(after)} texts, {len(after - before)} new, {len(untranslated(catalogue))} to translate")
        for _, msgid in sorted(before - after):
            print(f"  gone: {msgid}")


def check() -> list[str]:
    """Everything that keeps a reader of Chinese from reading Chinese, one line each."""
    problems: list[str] = []
    meanings: dict[tuple[str, str], tuple[str, str]] = {}
    for domain, path, found in templates():
        catalogue = read(path) if path.exists() else Catalog(locale=LANGUAGE)
        problems += [f"{domain}: {problem}" for problem in problems_of(catalogue, found)]
        if domain not in LIBRARIES:
            problems += _contradictions(domain, catalogue, meanings)
    return problems


def problems_of(catalogue: Catalog, found: Catalog) -> list[str]:
    """What a catalogue lacks or has too much, measured by the texts found in the tree."""
    ours = {key(message): message for message in catalogue if message.id}
    theirs = {key(message): message for message in found if message.id}
    problems = [f"not in the catalogue: {msgid!r}" for _, msgid in sorted(theirs.keys() - ours.keys())]
    problems += [f"used nowhere: {msgid!r}" for _, msgid in sorted(ours.keys() - theirs.keys())]
    problems += [f"obsolete: {key(message)[1]!r}" for message in catalogue.obsolete.values()]
    for _, message in sorted((pair for pair in ours.items() if pair[0] in theirs), key=lambda pair: pair[0]):
        problems += problems_of_message(message)
    return problems


def problems_of_message(message: Message) -> list[str]:
    """What is wrong with one translation."""
    msgid = key(message)[1]
    if message.fuzzy:
        return [f"fuzzy: {msgid!r}"]
    texts = _strings(message)
    if not all(texts):
        return [f"not translated: {msgid!r}"]
    asked = placeholders(_ids(message)[-1])
    return [f"placeholders differ: {msgid!r} and {text!r}" for text in texts if placeholders(text) != asked]


def templates(domains: Iterable[str] = ()) -> Iterator[tuple[str, Path, Catalog]]:
    """Each text domain with the path of its catalogue and the texts found for it in the tree."""
    packages = text_domains()
    wanted = set(domains)
    for domain, package in packages.items():
        if not wanted or domain in wanted:
            yield domain, catalogue_path(domain, package), extract(source_files(domain, package))
    for domain, owner in LIBRARIES.items():
        path = catalogue_path(domain, packages[owner])
        if path.exists() and (not wanted or domain in wanted):
            yield domain, path, library_texts(domain)


def source_files(domain: str, package: Path) -> Iterator[Path]:
    """The files whose texts belong to a domain; templates that override a plug-in's belong to the plug-in."""
    overrides = ROOT / "templates"
    plugins = {path.name for path in (ROOT / "plugins").glob("*/")}
    roots = [package] + ([overrides] if domain == "portal" else [overrides / domain])
    for root in roots:
        for path in sorted(root.rglob("*")):
            inside = path.relative_to(root).parts
            if path.suffix not in METHODS or LEFT_OUT.intersection(inside):
                continue
            if root != overrides or inside[0] not in plugins:
                yield path


def extract(paths: Iterable[Path]) -> Catalog:
    """The texts marked for translation in some files."""
    found = Catalog(locale=LANGUAGE)
    options = {"silent": "false", "extensions": "jinja2.ext.i18n,jinja2.ext.do,jinja2.ext.loopcontrols"}
    for path in paths:
        method = METHODS[path.suffix]
        try:
            for _, text, comments, context in extract_from_file(method, path, KEYWORDS, ["NOTE:"], options):
                found.add(text, auto_comments=comments, context=context)
        except Exception as error:
            raise SystemExit(f"{path.relative_to(ROOT)} cannot be read for its texts: {error}") from error
    return found


def library_texts(package: str) -> Catalog:
    """The texts of an installed library, from the template that it ships."""
    spec = find_spec(package)
    assert spec is not None and spec.origin is not None
    return read(Path(spec.origin).parent / "translations" / f"{package}.pot")


def catalogue_path(domain: str, package: Path) -> Path:
    """Where a domain's catalogue lies."""
    return package / "translations" / LANGUAGE / "LC_MESSAGES" / f"{domain}.po"


def read(path: Path) -> Catalog:
    """A catalogue from its file."""
    with path.open("rb") as source:
        return read_po(source, locale=LANGUAGE, abort_invalid=True)


def write(path: Path, catalogue: Catalog) -> None:
    """Write a catalogue so that changes merge: sorted, unwrapped, without places and dates."""
    target = io.BytesIO()
    write_po(target, catalogue, width=0, omit_header=True, no_location=True, sort_output=True, ignore_obsolete=True)
    write_whole(path, HEADER + target.getvalue().decode())


def key(message: Message) -> tuple[str, str]:
    """What a message is found by: its context and its singular."""
    return message.context or "", _ids(message)[0]


def untranslated(catalogue: Catalog) -> list[Message]:
    """Messages that still need a translator."""
    return [message for message in catalogue if message.id and (message.fuzzy or not all(_strings(message)))]


def placeholders(text: str) -> set[str]:
    """What is filled in when the text is shown."""
    return set(PLACEHOLDER.findall(text)) - {"%%"}


def _contradictions(domain: str, catalogue: Catalog, meanings: dict[tuple[str, str], tuple[str, str]]) -> list[str]:
    """All domains are merged when a page is shown, so that one text must read the same in each."""
    problems = []
    for message in catalogue:
        if not message.id or not all(_strings(message)):
            continue
        text = _strings(message)[0]
        other, meaning = meanings.setdefault(key(message), (domain, text))
        if meaning != text:
            problems.append(f"{domain}: {key(message)[1]!r} is {text!r} here and {meaning!r} in {other}")
    return problems


def _ids(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def _strings(message: Message) -> tuple[str, ...]:
    strings = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
    return tuple(text or "" for text in strings) or ("",)


def main(arguments: list[str]) -> None:
    """Carry out one command."""
    command, *rest = arguments or ["check"]
    if command == "compile":
        compile_all()
    elif command == "update":
        update(rest)
        compile_all()
    elif command == "check":
        problems = check()
        print("\n".join(problems))
        if problems:
            sys.exit(f"{len(problems)} faults in the translations; `make translations` brings new texts in")
    else:
        sys.exit("python -m tools.translations compile|update [DOMAIN ...]|check")


if __name__ == "__main__":
    main(sys.argv[1:])
