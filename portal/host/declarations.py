"""What a plug-in declares: read once at the start of a process, and checked before anything of it is used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any

import click
from flask import Blueprint
from flask_babel.speaklater import LazyString

from portal import contracts
from portal.contracts import API_VERSION, Plugin
from portal.host.discovery import plugin_package
from portal.host.problems import PluginProblem
from portal.host.switches import can_be_kept

# What the core calls its own, as URLs, commands, tables or text domains; a test compares it with the application.
CORE_WORDS = """
account accounts admin alembic api assets audit auth calendar channels dev dist distributor doctor backup bench db demo files
flask healthz home invitations jobs language login logout membership messages metrics more no_membership notifications
people person plugins portal readyz restore roles routes run search security settings shell start static store stores
theme today token tokens web_hooks worker
"""
CORE_NAMES = frozenset(CORE_WORDS.split())
MOST = 500
DECLARATIONS: dict[str, type] = {
    "blueprints": Blueprint,
    "api_blueprints": Blueprint,
    "permissions": contracts.Permission,
    "nav_items": contracts.NavItem,
    "commands": click.Command,
    "jobs": contracts.Job,
    "notification_kinds": contracts.NotificationKind,
    "subscriptions": contracts.Subscription,
    "public_signals": contracts.PublicSignal,
    "audit_titles": contracts.AuditTitle,
}
PREFIXED = {
    "permissions": "permission",
    "jobs": "job",
    "notification_kinds": "notification kind",
    "public_signals": "public signal",
    "audit_titles": "audit title",
}


def check_facts(plugin: Plugin, loaded: Iterable[str]) -> list[str]:
    """What is wrong with a plug-in's facts, in plain words; `loaded` are the plug-ins that come before it."""
    problems = check_name(plugin.name, loaded)
    if not plugin_package(plugin):
        problems.append("it must lie in a package, with its models and templates, not in a single module")
    problems += [problem for fact, what in FACTS.items() if (problem := _fact(plugin, fact, what))]
    return problems or _api_problems(plugin)


def check_name(name: str, loaded: Iterable[str]) -> list[str]:
    """Why a plug-in cannot be called this beside those that are loaded; empty when it can."""
    problems = []
    if not name.isidentifier() or not name.isascii() or name != name.lower() or name in CORE_NAMES:
        problems.append(f"name {name!r} must be a lower-case identifier that the core does not use")
    problems += [
        f"names {name!r} and {other!r} cannot be told apart in tables and pages, as one begins with the other"
        for other in sorted(loaded)
        if (name.startswith(f"{other}_") or other.startswith(f"{name}_"))
    ]
    return problems


FACTS: dict[str, Callable[[Any], bool]] = {
    "title": lambda value: isinstance(value, str | LazyString) and bool(value),
    "version": lambda value: isinstance(value, str) and bool(value),
    "requires_api": lambda value: isinstance(value, tuple) and [type(part) for part in value] == [int, int],
    "requires": lambda value: isinstance(value, list | tuple) and all(isinstance(part, str) for part in value),
    "default_settings": lambda value: isinstance(value, Mapping) and can_be_kept(value),
    "shared_tables": lambda value: isinstance(value, Mapping),
    "settings_form": lambda value: value is None or isinstance(value, type),
}


def _fact(plugin: Plugin, fact: str, is_right: Callable[[Any], bool]) -> str:
    value = getattr(plugin, fact, None)
    if value is None and fact != "settings_form":
        return f"{fact} is missing"
    return "" if is_right(value) else f"{fact} cannot be {value!r}"


def _api_problems(plugin: Plugin) -> list[str]:
    major, minor = plugin.requires_api
    if major == API_VERSION[0] and minor <= API_VERSION[1]:
        return []
    return [f"needs API {major}.{minor}, this portal has {API_VERSION[0]}.{API_VERSION[1]}"]


def read_declarations(plugin: Plugin) -> list[str]:
    """Read every declaration and keep the answers, so that nobody is asked twice; what is wrong with them."""
    problems: list[str] = []
    for member, kind in DECLARATIONS.items():
        try:
            items = tuple(islice(getattr(plugin, member)(), MOST + 1))
        except (Exception, SystemExit) as error:
            raise PluginProblem(f"{member}() failed: {type(error).__name__}: {error}") from error
        wrong = [item for item in items if not isinstance(item, kind)]
        problems += [f"{member}() gave a {type(item).__name__}, not a {kind.__name__}" for item in wrong]
        if len(items) > MOST:
            problems.append(f"{member}() gave more than {MOST}")
        setattr(plugin, member, lambda kept=items: kept)
    return problems or check_declarations(plugin)


def check_declarations(plugin: Plugin) -> list[str]:
    """What is wrong with the declarations, in plain words; empty when all is well."""
    problems: list[str] = []
    for member, what in PREFIXED.items():
        names, prefix = [thing.name for thing in getattr(plugin, member)()], f"{plugin.name}."
        allowed = (prefix, f"{plugin.name}_") if member == "audit_titles" else prefix  # tables have titles too
        problems += [f"{what} {name!r} must begin with '{prefix}'" for name in names if not name.startswith(allowed)]
        problems += [f"{what} {name!r} is declared twice" for name in sorted({n for n in names if names.count(n) > 1})]
    return problems + _nav_problems(plugin)


def _nav_problems(plugin: Plugin) -> list[str]:
    declared = {permission.name: permission for permission in plugin.permissions()}
    problems = []
    for item in plugin.nav_items():
        permission = declared.get(item.permission)
        if permission is None and not item.permission.startswith("portal."):
            problems.append(f"nav item {item.endpoint} asks for the undeclared permission {item.permission!r}")
        elif permission is not None and permission.side not in {item.side, "both"}:
            problems.append(f"nav item {item.endpoint} is on the {item.side} side, its permission is not")
    return problems
