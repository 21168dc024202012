"""What the audit log's codes mean, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.audit.words import Words
from portal.host import the_host

ACTIONS: dict[str, Any] = {
    "account.data_exported": _l("took the own data along"),
    "account.email_changed": _l("changed the own e-mail address"),
    "account.erased": _l("erased the own account"),
    "account.name_changed": _l("changed the own name"),
    "account.passkey_added": _l("added a passkey"),
    "account.passkey_removed": _l("removed a passkey"),
    "account.password_changed": _l("changed the own password"),
    "account.password_reset": _l("set a new password by a link"),
    "account.second_step_switched_off": _l("switched the second step off"),
    "account.second_step_switched_on": _l("switched the second step on"),
    "account.signed_out_everywhere": _l("logged out on all devices"),
    "audit.exported": _l("exported the audit log"),
    "calendar.address_renewed": _l("renewed the calendar address"),
    "channels.added": _l("added a channel"),
    "channels.changed": _l("changed a channel"),
    "channels.removed": _l("removed a channel"),
    "channels.sent_again": _l("sent a channel's message again"),
    "channels.switched_off": _l("switched a channel off"),
    "channels.switched_on": _l("switched a channel on"),
    "contacts.added": _l("added a contact"),
    "contacts.changed": _l("changed a contact"),
    "contacts.handed_over": _l("noted a handover"),
    "distributor.changed": _l("changed the settings"),
    "distributor.created": _l("set up the distributor"),
    "jobs.cancelled": _l("cancelled background work"),
    "jobs.retried": _l("retried background work"),
    "member.changed": _l("gave somebody another place"),
    "member.deactivated": _l("ended somebody's access"),
    "member.moved": _l("moved somebody to another store"),
    "member.password_link_made": _l("made a link for a new password"),
    "member.reactivated": _l("gave somebody access again"),
    "person.factors_removed": _l("took away somebody's second step and passkeys"),
    "person.invitation_revoked": _l("took an invitation back"),
    "person.invited": _l("invited somebody"),
    "person.invited_again": _l("made a new link for an invitation"),
    "person.joined": _l("joined"),
    "person.joined_again": _l("joined again"),
    "plugins.settings_changed": _l("changed the settings of a plug-in"),
    "plugins.switched_off": _l("switched a plug-in off"),
    "plugins.switched_on": _l("switched a plug-in on"),
    "role.added": _l("added a role"),
    "role.changed": _l("changed what a role may do"),
    "role.removed": _l("removed a role"),
    "role.renamed": _l("renamed a role"),
    "stores.added": _l("added a store"),
    "stores.changed": _l("changed a store"),
    "stores.imported": _l("imported stores"),
    "token.created": _l("made a token"),
    "token.revoked": _l("revoked a token"),
    "web_hooks.added": _l("added a web hook"),
    "web_hooks.changed": _l("changed a web hook"),
    "web_hooks.former_secret_ended": _l("ended the former secret of a web hook"),
    "web_hooks.former_secret_expired": _l("removed the former secret of a web hook after its last day"),
    "web_hooks.given_up": _l("switched a web hook off that did not answer"),
    "web_hooks.removed": _l("removed a web hook"),
    "web_hooks.secret_renewed": _l("made a new secret for a web hook"),
    "web_hooks.sent_again": _l("sent a delivery of a web hook again"),
    "web_hooks.switched_off": _l("switched a web hook off"),
    "web_hooks.switched_on": _l("switched a web hook on"),
}

FEATURES: dict[str, Any] = {
    "account": _l("Own account"),
    "channels": _l("Channels"),
    "contacts": _l("Contact bench"),
    "distributor": _l("Settings"),
    "jobs": _l("Background work"),
    "member": _l("Access"),
    "person": _l("Invitations"),
    "plugins": _l("Plug-ins"),
    "role": _l("Roles"),
    "stores": _l("Stores"),
    "token": _l("Tokens"),
    "web_hooks": _l("Web hooks"),
}

OBJECTS: dict[str, Any] = {
    "portal_api_token": _l("Token"),
    "portal_channel": _l("Channel"),
    "portal_channel_post": _l("Message to a channel"),
    "portal_contact": _l("Contact"),
    "portal_distributor": _l("Distributor"),
    "portal_invitation": _l("Invitation"),
    "portal_job": _l("Background work"),
    "portal_membership": _l("Member"),
    "portal_person": _l("Person"),
    "portal_role": _l("Role"),
    "portal_store": _l("Store"),
    "portal_web_hook": _l("Web hook"),
    "portal_web_hook_delivery": _l("Delivery of a web hook"),
}


def action_title(action: str) -> str:
    """The action in words; of a plug-in that gives none, its title and the code's last part."""
    feature, _dot, deed = action.partition(".")
    known = ACTIONS.get(action) or _words_of(feature).get(action)
    return str(known or f"{feature_title(feature)}: {deed.replace('_', ' ')}")


def _words_of(plugin: str) -> dict[str, Any]:
    """What a plug-in calls its actions and objects; nothing for one that is not there."""
    known = the_host().plugins.get(plugin)
    return {each.name: each.title for each in known.audit_titles()} if known else {}


def feature_title(feature: str) -> str:
    """The feature that an action belongs to, as people call it."""
    plugin = the_host().plugins.get(feature)
    return str(plugin.title) if plugin else str(FEATURES.get(feature, feature))


def features() -> list[tuple[str, str]]:
    """What the log can be narrowed to."""
    core = [(key, str(title)) for key, title in FEATURES.items()]
    return core + [(plugin.name, str(plugin.title)) for plugin in the_host().active()]


def object_title(kind: str) -> str:
    """What kind of thing it happened to."""
    if kind in OBJECTS:
        return str(OBJECTS[kind])
    owner, _bar, thing = kind.partition("_")
    if (known := _words_of(owner).get(kind)) is not None:
        return str(known)
    return f"{feature_title(owner)}: {thing.replace('_', ' ')}" if thing else kind


def details_text(action: str, details: Mapping[str, Any]) -> str:
    """The details of what was done as one line, in the reader's words."""
    if not details:
        return ""
    words = Words(action.partition(".")[0])
    said = [
        _("%(field)s: %(value)s", field=words.field(key), value=words.value(key, value))
        for key, value in sorted(details.items())
        if value not in (None, "", [])
    ]
    return _("; ").join(said)
