"""Hearing of what happens: each public signal becomes a delivery to every hook that asked for it."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from portal.contracts import PublicSignal
from portal.host import Host, the_host
from portal.signals import signal
from portal.tenancy import scope_or_none
from portal.webhooks import services
from portal.webhooks.events import declared, event_name

log = structlog.get_logger(__name__)


def connect(host: Host) -> None:
    """Listen to every public signal."""
    for _plugin, public in declared(host):
        signal(public.name).connect(_receiver(host, public), weak=False)


def _receiver(host: Host, public: PublicSignal) -> Callable[..., None]:
    def receive(_sender: object, **ids: object) -> None:
        # Signals are heard by every application of the process; only the sending one's hooks are meant.
        if the_host() is not host:
            return
        if scope_or_none() is None:
            log.warning("a signal was sent for no distributor", signal=public.name)
            return
        services.plan(event_name(public), {name: ids[name] for name in public.ids if name in ids})

    return receive
