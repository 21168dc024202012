"""What a new plug-in may be called: said before anything is written, in words for who chose the name."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

from flask import current_app

from portal.host import Host
from portal.host.declarations import CORE_NAMES, check_name
from portal.host.discovery import ENTRY_POINTS

SHAPE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
LONGEST = 24  # leaves room for the names of tables, keys and indexes, of which PostgreSQL reads 63 letters


def package_of(name: str) -> str:
    """The Python package in which a third-party plug-in of this name lies."""
    return f"storewise_{name}"


def problems_of(name: str, host: Host) -> list[str]:
    """Why a new plug-in cannot be called this, one line each; empty when it can."""
    if not SHAPE.fullmatch(name):
        shape = "small letters, digits and single underscores, beginning with a letter, as in store_walks"
        return [f"{name!r} cannot be a plug-in's name: {shape}"]
    if len(name) > LONGEST:
        return [f"{name!r} is too long for a name: at most {LONGEST} letters"]
    if keyword.iskeyword(name) or keyword.issoftkeyword(name):
        return [f"{name!r} is a word of Python"]
    if name in CORE_NAMES:
        return [f"{name!r} is the portal's own: it has pages, commands or tables under this name"]
    taken = taken_names(host)
    if name in taken:
        return [f"there is a plug-in called {name!r} already"]
    if find_spec(package_of(name)) is not None:
        return [f"there is a Python package called {package_of(name)} already"]
    return check_name(name, taken)


def taken_names(host: Host) -> set[str]:
    """The plug-ins that are loaded, in quarantine, bundled or installed."""
    bundled = (Path(current_app.root_path).parent / "plugins").glob("*/__init__.py")
    return {*host.plugins, *host.quarantined, *(path.parent.name for path in bundled), *_installed()}


def _installed() -> Iterable[str]:
    return (entry.name for entry in entry_points(group=ENTRY_POINTS))
