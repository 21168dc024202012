"""The host of the plug-ins: finds, checks and loads them, and asks them all the same question, contained."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import structlog
from flask import Flask, current_app
from flask_babel import force_locale

from portal.contracts import Plugin
from portal.host import pages, switches, tables
from portal.host.answers import LIMIT, LIMITS, plain, take, text
from portal.host.containment import Failure, ask, demand, report_cut, tell
from portal.host.declarations import check_facts, read_declarations
from portal.host.discovery import Candidate, candidates, in_plain_words
from portal.host.problems import PluginProblem

log = structlog.get_logger(__name__)

# Data stays when a plug-in is switched off: what is asked about a person's data is asked of those too.
ALSO_WHEN_OFF = frozenset({"personal_data", "erase_person"})


@dataclass(slots=True)
class Collected:
    """What all plug-ins answered; each item carries the name of its plug-in."""

    items: list[tuple[str, Any]] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    def __iter__(self) -> Iterator[Any]:
        return (item for _, item in self.items)

    def __len__(self) -> int:
        return len(self.items)


class Host:
    """The plug-ins of one process, in an order in which each comes after those it requires."""

    def __init__(self) -> None:
        self.plugins: dict[str, Plugin] = {}
        self.quarantined: dict[str, str] = {}
        self.distributions: dict[str, str] = {}
        self.behind: dict[str, Plugin] = {}  # closed until their tables are up to date, which an upgrade brings about
        self._bundled: set[str] = set()
        self._app: Flask | None = None

    # Start of a process

    def discover(self, app: Flask) -> None:
        """Import the plug-ins named in the configuration and those installed by entry point."""
        self._app = app
        waiting: list[Candidate] = []
        for candidate in candidates(app):
            if candidate.bundled:
                self._bundled.add(candidate.name)
            if candidate.plugin is None:
                self._refuse(candidate.name, candidate.problem)
            elif any(other.name == candidate.name for other in waiting):
                self._turn_away(candidate)
            else:
                waiting.append(candidate)
        self._load_in_order(waiting)

    def _turn_away(self, second: Candidate) -> None:
        """The first of a name stays; a second one has no place to go."""
        reason = f"two plug-ins are called {second.name!r}; rename one of them"
        key = f"{second.name} ({second.distribution or 'second'})"
        self.quarantined[key] = reason
        log.error("plug-in quarantined", plugin=key, reason=reason)

    def _load_in_order(self, waiting: list[Candidate]) -> None:
        while waiting:
            names = {candidate.name for candidate in waiting}
            ready = [c for c in waiting if c.plugin and not set(c.plugin.requires) & names - {c.name}]
            if not ready:
                circle = f"plug-ins require each other in a circle: {', '.join(sorted(names))}"
                for candidate in waiting:
                    self._refuse(candidate.name, circle)
                return
            for candidate in ready:
                waiting.remove(candidate)
                self._load(candidate)

    def _load(self, candidate: Candidate) -> None:
        plugin = candidate.plugin
        assert plugin is not None
        self.distributions[plugin.name] = candidate.distribution
        try:
            problems = check_facts(plugin, self.plugins) or self._missing(plugin) or read_declarations(plugin)
        except Exception as error:
            problems = [in_plain_words(error)]
        if problems:
            self._refuse(plugin.name, "; ".join(problems))
        else:
            self.plugins[plugin.name] = plugin

    def _missing(self, plugin: Plugin) -> list[str]:
        absent = [name for name in plugin.requires if name not in self.plugins]
        return [
            f"requires {name}, which is in quarantine: {self.quarantined[name]}"
            if name in self.quarantined
            else f"requires {name}, which is not loaded: name it in PLUGINS, or install it"
            for name in absent
        ]

    def is_bundled(self, name: str) -> bool:
        """Whether the plug-in is part of the portal's own distribution."""
        return name in self._bundled

    def _refuse(self, name: str, reason: str) -> None:
        """A bundled plug-in that cannot be used stops the start; a third-party one goes into quarantine."""
        if self.is_bundled(name):
            raise PluginProblem(f"plug-in {name}: {reason}")
        self.quarantine(name, reason)

    def quarantine(self, name: str, reason: str) -> None:
        """Take a plug-in, and those that require it, out of service; the administrator is shown why."""
        self.quarantined[name] = reason
        log.error("plug-in quarantined", plugin=name, reason=reason)
        if self.plugins.pop(name, None) is None:
            return
        if self._app is not None:
            pages.close_pages(self._app, name)
            if "storewise_jobs" in self._app.extensions:
                self._app.extensions["storewise_jobs"].forget(name)
        for other in [other for other in self.plugins.values() if name in other.requires]:
            self._refuse(other.name, f"requires {name}, which is in quarantine: {reason}")

    def close_until_migrated(self, name: str) -> None:
        """Take a third-party plug-in out of service whose tables are not up to date; an upgrade still migrates it."""
        self.behind[name] = self.plugins[name]
        self.quarantine(name, "its tables are not up to date: flask db upgrade")

    def migratable(self) -> dict[str, Plugin]:
        """The plug-ins whose migrations can run: those in service, and those that only wait for them."""
        return {**self.plugins, **self.behind}

    def attempt(self, step: Callable[[Plugin], object]) -> None:
        """Do a step of the start with every plug-in: one that fails stops the start, or goes into quarantine."""
        for plugin in list(self.plugins.values()):
            if plugin.name not in self.plugins:  # it required one that has just failed
                continue
            try:
                step(plugin)
            except (Exception, SystemExit) as error:
                log.debug("plug-in failed at the start", plugin=plugin.name, exc_info=error)
                self._refuse(plugin.name, in_plain_words(error))

    def load_models(self) -> None:
        """Import each plug-in's models, so that mappers and migrations know them, and check table names."""
        self.attempt(tables.import_models)

    def register(self, app: Flask) -> None:
        """Put each plug-in's pages into the application, all of them or none."""
        with app.app_context():
            self.attempt(partial(check_declared, app.config["LANGUAGES"]))
        self.attempt(partial(pages.rehearse, app))
        self.attempt(partial(pages.rehearse_api, app))
        self.attempt(partial(pages.register, app))

    # During a request or job

    def owner_of(self, endpoint: str) -> str:
        """The plug-in that a page or API operation belongs to, also one in quarantine; empty for the core's."""
        blueprint = endpoint.partition(".")[0]
        names = (*self.plugins, *self.quarantined)
        return next((name for name in names if blueprint == name or blueprint.startswith(f"{name}_")), "")

    def active(self) -> list[Plugin]:
        """The plug-ins that are switched on for the acting distributor."""
        names = switches.active_names()
        return [plugin for name, plugin in self.plugins.items() if name in names]

    def collect(self, member: str, *args: Any) -> Collected:
        """Ask every active plug-in, each behind the fence; a failure is reported and shown, never fatal."""
        answer = Collected()
        for plugin in self._asked(member):
            taken = ask(plugin, member, partial(_answers, plugin, member, args))
            if isinstance(taken, Failure):
                answer.failures.append(taken)
                continue
            items, more = taken
            answer.items.extend((plugin.name, item) for item in items)
            if more:
                answer.failures.append(report_cut(plugin, member, LIMITS.get(member, LIMIT)))
        return answer

    def _asked(self, member: str) -> list[Plugin]:
        plugins = list(self.plugins.values()) if member in ALSO_WHEN_OFF else self.active()
        return [plugin for plugin in plugins if getattr(type(plugin), member) is not getattr(Plugin, member)]

    def call(self, plugin: Plugin, member: str, *args: Any) -> None:
        """Let one plug-in write: a failure undoes what it wrote and is raised, as RuleBroken or PluginFailed."""
        demand(plugin, member, lambda: getattr(plugin, member)(*args))

    def call_all(self, member: str, *args: Any) -> list[Failure]:
        """Let every plug-in concerned write; one that fails is undone and named, the others' work stays."""
        failures = (tell(p, member, partial(getattr(p, member), *args)) for p in self._asked(member))
        return [failure for failure in failures if failure is not None]

    # The second switch

    def switch_on(self, name: str) -> None:
        """Switch a plug-in on for the acting distributor; RuleBroken names what has to be on before."""
        switches.switch_on(self, name)

    def switch_off(self, name: str) -> None:
        """Switch a plug-in off for the acting distributor; its data stays. RuleBroken names what needs it."""
        switches.switch_off(self, name)

    def settings_of(self, name: str) -> dict[str, Any]:
        """A plug-in's settings for the acting distributor: what it has set, else the defaults."""
        return switches.settings_of(self, name)

    def save_settings(self, name: str, values: Mapping[str, Any]) -> None:
        """Keep the acting distributor's settings of a plug-in; values are what JSON can hold."""
        switches.save_settings(self, name, values)


def _answers(plugin: Plugin, member: str, args: tuple[Any, ...]) -> tuple[list[Any], bool]:
    return take(member, getattr(plugin, member)(*args))


def check_declared(languages: Iterable[str], plugin: Plugin) -> None:
    """Say each declared text in each language once, and look at each field: what is wrong would break a page later."""
    declared = (
        plugin.permissions,
        plugin.nav_items,
        plugin.jobs,
        plugin.notification_kinds,
        plugin.subscriptions,
        plugin.public_signals,
        plugin.audit_titles,
    )
    for language in languages:
        with force_locale(language):
            text(plugin.title)
            text(plugin.description)
            for member in declared:
                for thing in member():
                    plain(type(thing), thing)


def the_host() -> Host:
    """The host of the running application."""
    return current_app.extensions["storewise_host"]  # type: ignore[no-any-return]
