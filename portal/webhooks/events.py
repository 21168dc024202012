"""What other systems may hear of: the signals that the core and the plug-ins declare as public."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.contracts import Plugin, PublicSignal
from portal.host import Host, the_host

PING = "portal.ping"

CORE_SIGNALS = (
    PublicSignal("store_created", _l("A store was added"), ("store_id",)),
    PublicSignal("store_changed", _l("A store was changed"), ("store_id",)),
    PublicSignal("person_joined", _l("Somebody joined"), ("membership_id",)),
    PublicSignal("person_left", _l("Somebody's access ended"), ("membership_id",)),
)


@dataclass(frozen=True, slots=True)
class Event:
    """A public signal as receivers know it: with the name of its owner before the dot."""

    name: str
    signal: PublicSignal
    owner: Any  # the plug-in's title; empty for the core

    @property
    def title(self) -> str:
        """What a person reads."""
        return f"{self.owner}: {self.signal.title}" if self.owner else str(self.signal.title)


def declared(host: Host) -> Iterator[tuple[Plugin | None, PublicSignal]]:
    """Every public signal with the plug-in that sends it, None for the core."""
    for signal in CORE_SIGNALS:
        yield None, signal
    for plugin in host.plugins.values():
        for signal in plugin.public_signals():
            yield plugin, signal


def event_name(signal: PublicSignal) -> str:
    """The core's own signals have no dot; to the outside they are the portal's."""
    return signal.name if "." in signal.name else f"portal.{signal.name}"


def events_on_offer() -> Sequence[Event]:
    """What the acting distributor can have sent: of the core, and of the plug-ins that are switched on."""
    host = the_host()
    active = {plugin.name for plugin in host.active()}
    return [
        Event(event_name(signal), signal, plugin.title if plugin else "")
        for plugin, signal in declared(host)
        if plugin is None or plugin.name in active
    ]


def title_of(name: str) -> str:
    """The event in words, also of a plug-in that is switched off; the bare name when nobody declares it any more."""
    for plugin, signal in declared(the_host()):
        if event_name(signal) == name:
            return Event(name, signal, plugin.title if plugin else "").title
    return name
