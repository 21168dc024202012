"""What can be seen of plug-ins without running them: histories, tables, templates, texts, settings. One line a fault."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from tokenize import TokenError
from typing import Any

from flask import current_app
from jinja2 import TemplateError, meta

from portal import plugin_texts
from portal.contracts import Plugin
from portal.histories import CORE, history_of
from portal.host import PluginProblem, plugin_root, the_host
from portal.host.tables import unowned_tables
from portal.revisions import pending_changes


def check_all(names: Iterable[str] = ()) -> list[str]:
    """What is wrong with the plug-ins of this process (or with those named), and with the core's own migrations."""
    host = the_host()
    unknown = sorted(set(names) - {CORE, *host.plugins, *host.quarantined})
    if unknown:
        raise PluginProblem(f"no plug-in called {', '.join(unknown)} is loaded")
    wanted = set(names) or {CORE, *host.plugins, *host.quarantined}
    problems = [f"{name}: in quarantine: {reason}" for name, reason in host.quarantined.items() if name in wanted]
    sound = []
    for owner in [name for name in (CORE, *host.plugins) if name in wanted]:
        found = [*_history_problems(owner), *(_problems_of(host.plugins[owner]) if owner != CORE else ())]
        problems += [f"{owner}: {problem}" for problem in found]
        sound += [] if found else [owner]
    return problems + [f"{owner}: {line}" for owner, line in _out_of_step(sound)]


def _history_problems(owner: str) -> list[str]:
    history = history_of(owner)
    try:
        return history.problems() if history.folder.is_dir() else []
    except PluginProblem as problem:
        return [str(problem)]


def _problems_of(plugin: Plugin) -> Iterator[str]:
    for table in unowned_tables(plugin):
        yield f"table {table} stands behind no wall: make it DistributorOwned, or give the reason in shared_tables"
    yield from template_problems(plugin)
    yield from settings_problems(plugin)
    if not the_host().is_bundled(plugin.name):  # for what is bundled, tools.translations looks at the whole tree
        yield from text_problems(plugin)


def text_problems(plugin: Plugin) -> list[str]:
    """What is not translated; files that cannot be read hide their texts."""
    try:
        return plugin_texts.problems_of(plugin_root(plugin), plugin.name)
    except (TemplateError, SyntaxError, TokenError, ValueError) as error:
        return [f"its texts cannot be read: {error}"]


def template_problems(plugin: Plugin) -> Iterator[str]:
    """Templates that cannot be read, that lie where others' lie, or that call for ones that are not there."""
    folder = plugin_root(plugin) / "templates"
    own = folder / plugin.name
    for path in sorted(folder.rglob("*.*")) if folder.is_dir() else ():
        name = path.relative_to(folder).as_posix()
        if own not in path.parents:
            yield f"template {name} must lie in templates/{plugin.name}/, or it covers another one"
        else:
            yield from _faults_of_template(name, path)


def _faults_of_template(name: str, path: Path) -> Iterator[str]:
    environment = current_app.jinja_env
    try:
        tree = environment.parse(path.read_text(encoding="utf-8"), name)
        environment.get_template(name)
    except TemplateError as error:
        yield f"template {name}: {error}"
        return
    known = set(environment.list_templates())
    for wanted in meta.find_referenced_templates(tree):
        if wanted is not None and wanted not in known:
            yield f"template {name} calls for {wanted}, which is not there"


def settings_problems(plugin: Plugin) -> Iterator[str]:
    """A settings form that cannot be made, or that does not fit the default settings."""
    if plugin.settings_form is None:
        return
    try:
        with current_app.test_request_context():
            form: Any = plugin.settings_form(data=dict(plugin.default_settings))
            fields = {field.name for field in form} - {"csrf_token", "once_key", "submit"}
    except Exception as error:
        yield f"settings_form cannot be made: {type(error).__name__}: {error}"
        return
    for name in sorted(fields - plugin.default_settings.keys()):
        yield f"settings_form has {name}, which has no default in default_settings"
    for name in sorted(plugin.default_settings.keys() - fields):
        yield f"default_settings has {name}, which settings_form does not ask for"


def _out_of_step(owners: list[str]) -> Iterator[tuple[str, str]]:
    """Models that differ from what the migrations make; asked only where the histories themselves are sound."""
    for owner, changes in pending_changes(owners).items():
        for change in changes:
            yield owner, f"models and migrations differ: {_described(change)}: flask plugins revision {owner}"


def _described(change: Any) -> str:
    if isinstance(change, list):  # changes of one column come in a list of their own
        return "; ".join(_described(part) for part in change)
    kind, *parts = change
    names = [str(part) for part in parts if isinstance(part, str)]
    names += [part.name for part in parts if getattr(part, "name", None) and not isinstance(part, str)]
    return f"{kind.replace('_', ' ')} {' '.join(names)}".strip()
