"""A plug-in's pages: rehearsed on an application of their own, and put into the portal's only when all is well."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from flask import Blueprint, Flask, abort

from portal.access import access_of, open_to_all
from portal.contracts import Plugin
from portal.host.problems import PluginProblem

# What a blueprint can hang onto the whole application instead of onto its own pages.
HOOKS = (
    "before_request_funcs",
    "after_request_funcs",
    "teardown_request_funcs",
    "template_context_processors",
    "url_value_preprocessors",
    "url_default_functions",
    "error_handler_spec",
)


def rehearse(app: Flask, plugin: Plugin) -> None:
    """Register the plug-in's blueprints where they can do no harm; PluginProblem for what is wrong with them."""
    stage = Flask("rehearsal", static_folder=None)
    stage.url_rule_class = app.url_rule_class
    hooks_before = {hook: _size(stage, hook) for hook in HOOKS}
    names_before = _template_names(stage)
    for blueprint in plugin.blueprints():
        _check_name(app, plugin, blueprint)
        stage.register_blueprint(blueprint, url_prefix=mounted_at(plugin, blueprint))
    touched = [hook for hook in HOOKS if _size(stage, hook) != hooks_before[hook]]
    if touched:
        raise PluginProblem(f"its blueprints hook into every page ({', '.join(touched)}): use hooks of the blueprint")
    loud = [name for name in _template_names(stage) - names_before if not name.startswith(f"{plugin.name}_")]
    if loud:
        raise PluginProblem(
            f"template filters, tests and globals must begin with '{plugin.name}_': {', '.join(sorted(loud))}"
        )
    _check_static(stage)
    declared = {permission.name for permission in plugin.permissions()}
    check_views(app, sorted(stage.view_functions), declared, views=stage.view_functions)
    _check_nav(app, stage, plugin)


def _size(stage: Flask, hook: str) -> int:
    entries = getattr(stage, hook).get(None, ())
    return sum(len(entry) for entry in entries.values()) if isinstance(entries, dict) else len(entries)


def _template_names(stage: Flask) -> set[str]:
    environment = stage.jinja_env
    return {*environment.filters, *environment.tests, *environment.globals}


def _check_name(app: Flask, plugin: Plugin, blueprint: Blueprint) -> None:
    name = blueprint.name
    if name != plugin.name and not name.startswith(f"{plugin.name}_"):
        raise PluginProblem(f"blueprint {name!r} must be called {plugin.name!r} or '{plugin.name}_...'")
    if name in app.blueprints:
        raise PluginProblem(f"there is a blueprint {name!r} already: endpoints would clash")
    taken = {rule.rule.strip("/").partition("/")[0] for rule in app.url_map.iter_rules()}
    if plugin.name in taken:
        raise PluginProblem(f"the portal has pages of its own under /{plugin.name}: rename the plug-in")


def _check_static(stage: Flask) -> None:
    if any(endpoint.endswith(".static") for endpoint in stage.view_functions):
        raise PluginProblem("a blueprint has a static folder of its own: put the files into the plug-in's static/")


def _check_nav(app: Flask, stage: Flask, plugin: Plugin) -> None:
    rules = (*app.url_map.iter_rules(), *stage.url_map.iter_rules())
    reachable = {rule.endpoint for rule in rules if not rule.arguments - set(rule.defaults or ())}
    for item in plugin.nav_items():
        if item.endpoint not in reachable:
            raise PluginProblem(f"nav item {item.endpoint} leads to no page that can be opened without arguments")


def mounted_at(plugin: Plugin, blueprint: Blueprint) -> str:
    """Where the pages of a blueprint begin."""
    return f"/{plugin.name}{blueprint.url_prefix or ''}"


def register(app: Flask, plugin: Plugin) -> None:
    """Put the plug-in's pages into the application; a view that ends the process is a failed view."""
    before = set(app.view_functions)
    for blueprint in plugin.blueprints():
        app.register_blueprint(blueprint, url_prefix=mounted_at(plugin, blueprint))
    for endpoint in set(app.view_functions) - before:
        app.view_functions[endpoint] = _survivable(app.view_functions[endpoint])


def _survivable(view: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(view)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return view(*args, **kwargs)
        except (KeyboardInterrupt, GeneratorExit, Exception):
            raise
        except BaseException as error:  # SystemExit would end the web process, and with it everybody's requests
            raise RuntimeError(f"a view raised {type(error).__name__}") from error

    return run


def close_pages(app: Flask, owner: str) -> None:
    """Let every page of a plug-in that is taken out of service answer 404."""
    for endpoint in app.view_functions:
        blueprint = endpoint.partition(".")[0]
        if blueprint == owner or blueprint.startswith(f"{owner}_"):
            app.view_functions[endpoint] = _gone


@open_to_all
def _gone(**_arguments: Any) -> NoReturn:
    abort(404)


def check_views(
    app: Flask, endpoints: Iterable[str], declared: set[str], *, views: dict[str, Any] | None = None
) -> None:
    """Raise PluginProblem for a view that declares no access, or a permission that nobody declared."""
    for endpoint in endpoints:
        access = access_of((views or app.view_functions)[endpoint])
        if access is None:
            raise PluginProblem(f"view {endpoint} declares no permission: decorate it with requires(...)")
        if access.kind == "permission" and access.permission not in declared | app.config["CORE_PERMISSIONS"]:
            raise PluginProblem(f"view {endpoint} asks for the undeclared permission {access.permission}")


def rehearse_api(app: Flask, plugin: Plugin) -> None:
    """Check the plug-in's part of the web API; PluginProblem for what is wrong with it."""
    from portal.web_api.blueprint import ApiBlueprint, declared_methods

    allowed = app.config["CORE_PERMISSIONS"] | {permission.name for permission in plugin.permissions()}
    for blueprint in plugin.api_blueprints():
        name = blueprint.name
        if not isinstance(blueprint, ApiBlueprint):
            raise PluginProblem(f"API blueprint {name!r} must be a portal.api.ApiBlueprint")
        if name != plugin.name and not name.startswith(f"{plugin.name}_"):
            raise PluginProblem(f"API blueprint {name!r} must be called {plugin.name!r} or '{plugin.name}_...'")
        if (blueprint.url_prefix or "/").split("/")[1] != plugin.name:
            raise PluginProblem(f"API blueprint {name!r} must begin at /{plugin.name}: url_prefix='/{plugin.name}'")
        for operation, access in declared_methods(blueprint):
            if access is None:
                raise PluginProblem(f"API operation {operation} declares no permission: decorate it with requires(...)")
            if access.kind == "permission" and access.permission not in allowed:
                raise PluginProblem(f"API operation {operation} asks for the undeclared permission {access.permission}")
