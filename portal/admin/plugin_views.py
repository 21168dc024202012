"""The second switch: what of the installed plug-ins is on for this distributor, and how it is set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, get_template_attribute, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from portal.access import requires
from portal.contracts import Plugin
from portal.db import db
from portal.errors import NotFound, RuleBroken
from portal.forms import PortalForm
from portal.host import Failure, ask, the_host
from portal.host.containment import demand

blueprint = Blueprint("admin_plugins", __name__, url_prefix="/admin/plugins")
MEMBER = "settings_form"
GUARDS = frozenset({"csrf_token", "once_key", "submit"})  # not the plug-in's to ask for


@dataclass(frozen=True, slots=True)
class PluginLine:
    """One plug-in as the page shows it."""

    name: str
    title: Any
    description: Any
    version: str
    icon: str
    active: bool
    has_settings: bool
    needs: tuple[str, ...]  # titles of what must be on before
    needed_by: tuple[str, ...]  # titles of what must be off before


def lines() -> list[PluginLine]:
    """Every loaded plug-in, those that are on first."""
    host = the_host()
    active = {plugin.name for plugin in host.active()}
    found = [_line(plugin, active, host.plugins) for plugin in host.plugins.values()]
    return sorted(found, key=lambda line: not line.active)


def _line(plugin: Plugin, active: set[str], plugins: Mapping[str, Plugin]) -> PluginLine:
    is_on = plugin.name in active
    needs = [plugins[name].title for name in plugin.requires if name not in active and name in plugins]
    needed_by = [other.title for other in plugins.values() if plugin.name in other.requires and other.name in active]
    return PluginLine(
        name=plugin.name,
        title=plugin.title,
        description=plugin.description,
        version=plugin.version,
        icon=plugin.icon,
        active=is_on,
        has_settings=plugin.settings_form is not None,
        needs=() if is_on else tuple(str(title) for title in needs),
        needed_by=tuple(str(title) for title in needed_by) if is_on else (),
    )


@blueprint.get("")
@requires("portal.manage_plugins")
def index() -> str:
    """What is on, what could be, and what cannot be used."""
    return _page()


def _page(problem: str = "") -> str:
    return render_template(
        "admin/plugins.html", lines=lines(), broken=sorted(the_host().quarantined.items()), problem=problem
    )


@blueprint.post("/<name>/on")
@requires("portal.manage_plugins")
def switch_on(name: str) -> Any:
    """Switch a plug-in on; if it fails at that, nothing has changed."""
    return _switch(name, on=True)


@blueprint.post("/<name>/off")
@requires("portal.manage_plugins")
def switch_off(name: str) -> Any:
    """Switch a plug-in off; its data stays."""
    return _switch(name, on=False)


def _switch(name: str, *, on: bool) -> Any:
    host = the_host()
    plugin = _loaded(name)
    try:
        with db.session.begin_nested():
            host.switch_on(name) if on else host.switch_off(name)
    except RuleBroken as error:
        db.session.expire_all()
        return _page(str(error.message)), 422
    if on:
        flash(_("%(name)s is on. Look at what each role may do with it.", name=plugin.title), "success")
    else:
        flash(_("%(name)s is off; nothing of it is lost.", name=plugin.title), "success")
    return redirect(url_for("admin_plugins.index"))


def _loaded(name: str) -> Plugin:
    plugin = the_host().plugins.get(name)
    if plugin is None:
        raise NotFound
    return plugin


@blueprint.get("/<name>/settings")
@requires("portal.manage_plugins")
def settings(name: str) -> str:
    """How the plug-in is set."""
    plugin = _with_settings(name)
    return _settings_page(plugin, _form(plugin), PortalForm())


def _with_settings(name: str) -> Plugin:
    plugin = _loaded(name)
    if plugin.settings_form is None or plugin not in the_host().active():
        raise NotFound
    return plugin


def _form(plugin: Plugin, formdata: MultiDict[str, str] | None = None) -> Any:
    """The plug-in's form, or the Failure that it was; a plain WTForms form, as protection comes from ours beside it."""
    form, known = plugin.settings_form, the_host().settings_of(plugin.name)
    assert form is not None
    return ask(plugin, MEMBER, lambda: form(formdata, data=known))


def _settings_page(plugin: Plugin, form: Any, guard: PortalForm) -> str:
    drawn = form if isinstance(form, Failure) else ask(plugin, MEMBER, lambda: _drawn(form))
    hidden = Markup("").join(field() for field in guard if field.name in GUARDS)
    fields = None if isinstance(drawn, Failure) else drawn
    return render_template("admin/plugin_settings.html", plugin=plugin, fields=fields, guard=guard, hidden=hidden)


def _drawn(form: Any) -> Markup:
    """The plug-in's own fields, drawn before the page is: what fails in the middle of a page could not be contained."""
    summary, field = (get_template_attribute("macros/form.html", name) for name in ("summary", "field"))
    return Markup("").join([summary(form), *(field(own) for own in form if own.name not in GUARDS)])


@blueprint.post("/<name>/settings")
@requires("portal.manage_plugins")
def save_settings(name: str) -> Any:
    """Keep the settings."""
    plugin = _with_settings(name)
    guard = PortalForm()
    form = _form(plugin, request.form)
    if not isinstance(form, Failure) and guard.validate_on_submit() and ask(plugin, MEMBER, form.validate) is True:
        try:
            demand(plugin, MEMBER, lambda: the_host().save_settings(name, own_values(form)))
            flash(_("Saved."), "success")
            return redirect(url_for("admin_plugins.index"))
        except RuleBroken as error:
            guard.refuse(error)
    return _settings_page(plugin, form, guard), 422


def own_values(form: Any) -> dict[str, Any]:
    """What the plug-in's own fields hold."""
    return {name: value for name, value in form.data.items() if name not in GUARDS}
