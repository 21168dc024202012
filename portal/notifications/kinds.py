"""The kinds of messages: those that plug-ins declare, and the core's own."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l

from portal.accounts.viewer import Viewer
from portal.contracts import NotificationKind
from portal.host import the_host

MANAGE = "portal.manage_connections"
CHANNEL_FAILED = "portal.channel_failed"
WEB_HOOK_OFF = "portal.web_hook_off"

CORE_KINDS = (
    NotificationKind(CHANNEL_FAILED, _l("Channels that do not take messages"), "distributor"),
    NotificationKind(WEB_HOOK_OFF, _l("Web hooks that were switched off"), "distributor"),
)


def all_kinds() -> list[NotificationKind]:
    """Every kind of message that the core and the loaded plug-ins send."""
    return [*(kind for plugin in the_host().plugins.values() for kind in plugin.notification_kinds()), *CORE_KINDS]


def kind_named(name: str) -> NotificationKind | None:
    """The kind of this name, or None when its plug-in is not loaded any more."""
    return next((kind for kind in all_kinds() if kind.name == name), None)


def kinds_for(viewer: Viewer) -> list[NotificationKind]:
    """What this person can be told of."""
    side = "store" if viewer.is_store_side else "distributor"
    own = () if viewer.may(MANAGE) else CORE_KINDS
    return [kind for kind in all_kinds() if kind.side == side and kind not in own and viewer.has_plugin(_owner(kind))]


def kinds_for_channels() -> Sequence[NotificationKind]:
    """What a channel can be told of: all that the distributor's plug-ins send, not that a channel itself fails."""
    return [kind for plugin in the_host().active() for kind in plugin.notification_kinds()]


def _owner(kind: NotificationKind) -> str:
    return kind.name.partition(".")[0]
