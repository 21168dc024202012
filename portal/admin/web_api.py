"""Plug-ins, roles and the distributor's own settings in the web API."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from flask.views import MethodView

from portal.access import requires
from portal.accounts import queries
from portal.accounts import roles as rules
from portal.accounts.models import Role
from portal.accounts.viewer import current_viewer, role_title
from portal.admin import services
from portal.admin.plugin_views import PluginLine, lines
from portal.admin.schemas import (
    DistributorChangeSchema,
    DistributorSchema,
    NewRoleSchema,
    PluginChangeSchema,
    PluginSchema,
    RoleChangeSchema,
    RoleSchema,
)
from portal.db import db
from portal.errors import NotFound, RuleBroken
from portal.host import the_host
from portal.web_api.blueprint import ApiBlueprint

plugins = ApiBlueprint("plugins", "plugins", url_prefix="/plugins", description="What of the portal is switched on.")
role_list = ApiBlueprint("roles", "roles", url_prefix="/roles", description="What roles may do.")
distributor = ApiBlueprint(
    "distributor", "distributor", url_prefix="/distributor", description="The distributor's own settings."
)


@plugins.route("")
class Plugins(MethodView):
    """The list."""

    @requires("portal.manage_plugins")
    @plugins.response(200, PluginSchema(many=True))
    def get(self) -> list[PluginLine]:
        """Every plug-in, those that are on first."""
        return lines()


@plugins.route("/<name>")
class OnePlugin(MethodView):
    """One plug-in."""

    @requires("portal.manage_plugins")
    @plugins.response(200, PluginSchema)
    def get(self, name: str) -> PluginLine:
        """One plug-in."""
        return _line(name)

    @requires("portal.manage_plugins")
    @plugins.arguments(PluginChangeSchema)
    @plugins.response(200, PluginSchema)
    def patch(self, values: dict[str, Any], name: str) -> PluginLine:
        """Switch it on, or off, in which case its data stays."""
        _line(name)
        host = the_host()
        with db.session.begin_nested():
            host.switch_on(name) if values["active"] else host.switch_off(name)
        db.session.flush()
        return _line(name)


def _line(name: str) -> PluginLine:
    found = next((line for line in lines() if line.name == name), None)
    if found is None:
        raise NotFound
    return found


@role_list.route("")
class Roles(MethodView):
    """The list."""

    @requires("portal.manage_people")
    @role_list.response(200, RoleSchema(many=True))
    def get(self) -> list[dict[str, Any]]:
        """Every role of the distributor and of its stores."""
        return [_role(role) for role in rules.roles()]

    @requires("portal.manage_roles")
    @role_list.arguments(NewRoleSchema)
    @role_list.response(201, RoleSchema)
    def post(self, values: dict[str, Any]) -> dict[str, Any]:
        """A role of the distributor's own, with the rights of another one to begin with."""
        like = queries.role(values["like"])
        role = rules.add_role(values["title"], like.side, like=like)
        db.session.flush()
        return _role(role)


@role_list.route("/<int:role_id>")
class OneRole(MethodView):
    """One role."""

    @requires("portal.manage_roles")
    @role_list.response(200, RoleSchema)
    def get(self, role_id: int) -> dict[str, Any]:
        """One role."""
        return _role(queries.role(role_id))

    @requires("portal.manage_roles")
    @role_list.arguments(RoleChangeSchema)
    @role_list.response(200, RoleSchema)
    def patch(self, values: dict[str, Any], role_id: int) -> dict[str, Any]:
        """Call it something else, or give it exactly these permissions."""
        role = queries.role(role_id)
        if "title" in values:
            rules.rename_role(role, values["title"])
        if "permissions" in values:
            unknown = set(values["permissions"]) - rules.declared_permissions(role.side).keys() - set(role.permissions)
            if unknown:
                raise RuleBroken("permissions", f"unknown permission: {min(unknown)}")
            rules.change_permissions(role, values["permissions"], seen=role.permissions, by=current_viewer())
        return _role(role)

    @requires("portal.manage_roles")
    @role_list.response(204)
    def delete(self, role_id: int) -> None:
        """Remove a role of the distributor's own that nobody has."""
        rules.remove_role(queries.role(role_id))


def _role(role: Role) -> dict[str, Any]:
    names = ("id", "key", "side", "permissions")
    return {name: getattr(role, name) for name in names} | {"title": role_title(role)}


@distributor.route("")
class OwnDistributor(MethodView):
    """Name, language, time zone."""

    @requires("portal.manage_settings")
    @distributor.response(200, DistributorSchema)
    def get(self) -> Any:
        """The acting distributor."""
        return services.acting_distributor()

    @requires("portal.manage_settings")
    @distributor.arguments(DistributorChangeSchema)
    @distributor.response(200, DistributorSchema)
    def patch(self, values: dict[str, Any]) -> Any:
        """Change what is sent, and nothing else."""
        if values.get("timezone", "UTC") not in available_timezones():
            raise RuleBroken("timezone", "there is no time zone of this name")
        found = services.acting_distributor()
        present = {name: getattr(found, name) for name in ("name", "language", "timezone")}
        services.change_distributor(**present | values)
        return found
