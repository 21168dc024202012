"""The core's signals: they carry ids, are sent inside the business transaction, and plug-ins subscribe by name."""

from __future__ import annotations

from blinker import NamedSignal, Namespace

_signals = Namespace()

store_created: NamedSignal = _signals.signal("store_created")  # store_id
store_changed: NamedSignal = _signals.signal("store_changed")  # store_id
rep_assigned: NamedSignal = _signals.signal("rep_assigned")  # store_id, membership_id
person_joined: NamedSignal = _signals.signal("person_joined")  # person_id, membership_id
person_left: NamedSignal = _signals.signal("person_left")  # person_id, membership_id
person_erased: NamedSignal = _signals.signal("person_erased")  # person_id
plugin_switched: NamedSignal = _signals.signal("plugin_switched")  # plugin, active


def signal(name: str) -> NamedSignal:
    """The signal of this name; plug-ins make their own as "<plug-in>.<past participle>", such as complaints.closed."""
    return _signals.signal(name)
