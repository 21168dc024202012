"""Finding plug-ins: the bundled ones that the configuration names, and those installed beside the portal."""

from __future__ import annotations

import copy
import importlib
import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from flask import Flask

from portal.contracts import Plugin
from portal.host.problems import PluginProblem

ENTRY_POINTS = "storewise.plugins"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that says it is a plug-in: the plug-in, or why it could not be had."""

    name: str
    plugin: Plugin | None
    bundled: bool
    distribution: str = ""
    problem: str = ""


def candidates(app: Flask) -> Iterator[Candidate]:
    """Every plug-in that this process is asked to load, bundled ones first."""
    installed = sorted(entry_points(group=ENTRY_POINTS), key=lambda entry: (entry.name, distribution_of(entry)))
    wanted = tuple(dict.fromkeys(app.config["PLUGINS"]))
    foreign = {entry.name for entry in installed} - {name for name in wanted if _is_bundled(name)}
    for name in wanted:
        if name not in foreign:
            yield _bundled(name)
    for entry in installed:
        if app.config["DISCOVER_ENTRY_POINTS"] or (entry.name in wanted and entry.name in foreign):
            yield _installed(entry)
    for extra in app.config.get("EXTRA_PLUGINS", ()):
        yield _candidate(getattr(extra, "name", "?"), lambda thing=extra: thing, bundled=False)


def distribution_of(entry: EntryPoint) -> str:
    """The name and version of the package that brings an entry point."""
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist else ""


def _is_bundled(name: str) -> bool:
    try:
        return find_spec(f"plugins.{name}") is not None
    except (ImportError, ValueError):
        return False


def _bundled(name: str) -> Candidate:
    if not name.isidentifier() or not _is_bundled(name):
        problem = (
            f"PLUGINS names {name!r}, but there is no such plug-in: neither plugins/{name} nor an installed package"
        )
        return Candidate(name, None, bundled=True, problem=problem)
    return _candidate(name, lambda: importlib.import_module(f"plugins.{name}").plugin, bundled=True)


def _installed(entry: EntryPoint) -> Candidate:
    return _candidate(entry.name, entry.load, bundled=False, distribution=distribution_of(entry))


def _candidate(name: str, load: Any, *, bundled: bool, distribution: str = "") -> Candidate:
    try:
        plugin = _instance(load())
    except (Exception, SystemExit) as error:
        return Candidate(name, None, bundled, distribution, in_plain_words(error))
    if name not in {plugin.name, "?"}:
        problem = f"it is installed as {name!r}, but calls itself {plugin.name!r}: the names must be the same"
        return Candidate(name, None, bundled, distribution, problem)
    return Candidate(plugin.name, plugin, bundled, distribution)


def _instance(thing: Any) -> Plugin:
    """A plug-in of this host's own: two applications in one process share no instance."""
    plugin = thing() if isinstance(thing, type) else copy.copy(thing)
    if not isinstance(plugin, Plugin):
        raise PluginProblem(f"{thing!r} is not a portal.api.Plugin")
    if not isinstance(getattr(plugin, "name", None), str):
        raise PluginProblem(f"{type(plugin).__name__} has no name")
    return plugin


def in_plain_words(error: BaseException) -> str:
    """One line that says what went wrong and where."""
    if isinstance(error, PluginProblem):
        return str(error)
    said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    frames = [f for f in traceback.extract_tb(error.__traceback__) if "importlib" not in f.filename]
    return f"{said} ({frames[-1].filename}, line {frames[-1].lineno})" if len(frames) > 1 else said


def plugin_root(plugin: Plugin) -> Path:
    """The folder of the plug-in's package, where models, templates, static, translations and migrations lie."""
    module = sys.modules[type(plugin).__module__]
    return Path(str(module.__file__)).resolve().parent


def plugin_package(plugin: Plugin) -> str:
    """The dotted name of the plug-in's package."""
    return sys.modules[type(plugin).__module__].__package__ or ""
