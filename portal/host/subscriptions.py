"""What plug-ins hear: a subscriber that fails is undone and reported, and the sender goes on."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from portal.contracts import Plugin, Subscription
from portal.host.containment import tell
from portal.host.host import Host, the_host
from portal.signals import signal
from portal.tenancy import scope_or_none

log = structlog.get_logger(__name__)


def connect(host: Host) -> None:
    """Connect what every plug-in subscribes to."""
    for plugin in host.plugins.values():
        for subscription in plugin.subscriptions():
            signal(subscription.signal).connect(_receiver(host, plugin, subscription), weak=False)


def _receiver(host: Host, plugin: Plugin, subscription: Subscription) -> Callable[..., None]:
    def receive(sender: object, **ids: object) -> None:
        # Signals are heard by every application of the process; only the sending one's plug-ins are meant.
        if the_host() is not host or host.plugins.get(plugin.name) is not plugin:
            return
        if scope_or_none() is None:
            log.warning("a signal was sent for no distributor", signal=subscription.signal, plugin=plugin.name)
        elif plugin in host.active():
            tell(plugin, "subscriptions", lambda: subscription.handler(**ids))

    return receive
