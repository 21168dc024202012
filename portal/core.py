"""The core's own rooms, listed once, put up through the same doors as a plug-in's."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l
from jinja2 import ChoiceLoader, FileSystemLoader

from portal.contracts import Permission
from portal.host import Host, check_views, plugin_root

ADMIN = ("administrator",)
LEADERS = ("administrator", "manager")
OUR_PEOPLE = ("administrator", "manager", "expert", "rep")

PERMISSIONS = (
    Permission("portal.see_stores", _l("See stores"), "distributor", OUR_PEOPLE),
    Permission("portal.edit_stores", _l("Add, change, import and export stores"), "distributor", LEADERS),
    Permission("portal.edit_contacts", _l("Keep the contact bench"), "distributor", OUR_PEOPLE),
    Permission("portal.manage_people", _l("Invite and remove people"), "distributor", ADMIN),
    Permission("portal.manage_roles", _l("Change what roles may do"), "distributor", ADMIN),
    Permission("portal.manage_plugins", _l("Switch plug-ins on and off"), "distributor", ADMIN),
    Permission("portal.manage_settings", _l("Change settings"), "distributor", ADMIN),
    Permission("portal.manage_connections", _l("Connect chats and other systems"), "distributor", ADMIN),
    Permission("portal.see_audit", _l("Read the audit log"), "distributor", ADMIN),
    Permission("portal.operate_jobs", _l("Watch and retry background work"), "distributor", ADMIN),
    Permission("portal.invite_colleagues", _l("Invite colleagues of the own store"), "store", ("store_manager",)),
    Permission("portal.see_own_store", _l("See the own store's page"), "store", ("store_manager", "store_staff")),
)


def register(app: Flask) -> None:
    """Register the core's blueprints and check that each of their views declares its access."""
    from portal.rooms import BLUEPRINTS

    app.config["CORE_PERMISSIONS"] = frozenset(permission.name for permission in PERMISSIONS)
    before = set(app.view_functions)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    check_views(app, sorted(set(app.view_functions) - before), set())


def load_templates_of_plugins(app: Flask, host: Host) -> None:
    """Templates of the house come first, so that templates/<plug-in>/x.html there overrides the plug-in's."""
    folders = [plugin_root(plugin) / "templates" for plugin in host.plugins.values()]
    loaders = [app.jinja_env.loader, *(FileSystemLoader(str(folder)) for folder in folders if folder.is_dir())]
    app.jinja_env.loader = ChoiceLoader([loader for loader in loaders if loader is not None])


def mount_web_api(app: Flask) -> None:
    """The web API is a Flask application of its own under /api, so that its errors are JSON and the pages' HTML."""
    from portal.web_api.app import mount

    mount(app)
