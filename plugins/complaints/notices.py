"""Whom a complaint concerns, and what they are told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from plugins.complaints import queries
from plugins.complaints.models import Complaint
from plugins.complaints.titles import CATEGORY_TITLES
from portal.api import Membership, Store, Viewer, members_of_stores, members_who_may, notify, session

REP = "rep"
LEADERS = ("administrator", "manager")
TO_STORE = {
    "acknowledge": _l("We are looking into %(number)s"),
    "remedy": _l("Put right: please confirm %(number)s"),
    "refuse": _l("We cannot accept %(number)s"),
    "close": _l("Closed: %(number)s"),
}
TO_US = {
    "confirm": _l("The store confirms: %(number)s"),
    "reopen": _l("The store reopens: %(number)s"),
}


def may_know(complaint: Complaint, member: Membership) -> bool:
    """Whether one of our people may hear of this complaint at all."""
    if complaint.about_rep:
        return member.role.key != REP and member.id != complaint.about_membership_id
    return member.role.key != REP or _rep_of(complaint) == member.id


def _rep_of(complaint: Complaint) -> int | None:
    shop: Store | None = session.get(Store, complaint.store_id)
    return shop.rep_membership_id if shop else None


def responsible(complaint: Complaint, *, leaders: bool = False) -> Sequence[Membership]:
    """The owner; else the store's rep, unless it is about that rep (or leaders are asked for); else those who lead."""
    known = [member for member in members_who_may(queries.HANDLE) if may_know(complaint, member)]
    owner = [member for member in known if member.id == complaint.owner_membership_id]
    rep = [] if leaders else [member for member in known if member.id == _rep_of(complaint)]
    return owner or rep or [member for member in known if member.role.key in LEADERS] or known


def filed(complaint: Complaint, shop: Store, by: Viewer) -> None:
    """Somebody of ours hears of the new complaint; the store too when we filed it on its behalf."""
    title = _l("New complaint from %(store)s: %(number)s", store=shop.name, number=complaint.number)
    body = complaint.text or complaint.product or CATEGORY_TITLES[complaint.category]
    _tell("complaints.filed", responsible(complaint), by, title, body, complaint, urgent=False)
    if not by.is_store_side:
        to_store(complaint, by, _l("We filed a complaint for you: %(number)s", number=complaint.number), body)


def wrote(complaint: Complaint, by: Viewer, title: Any, body: Any) -> None:
    """The other side hears that there is something new to read."""
    if by.is_store_side:
        _tell("complaints.store_wrote", responsible(complaint), by, title, body, complaint)
    else:
        to_store(complaint, by, title, body)


def to_store(complaint: Complaint, by: Viewer, title: Any, body: Any) -> None:
    """The people of the store hear of an answer or a new stage."""
    _tell("complaints.answered", members_of_stores([complaint.store_id]), by, title, body, complaint)


def assigned(complaint: Complaint, member: Membership, by: Viewer) -> None:
    """The new owner hears of it."""
    title = _l("You handle %(number)s now", number=complaint.number)
    _tell("complaints.assigned", [member], by, title, complaint.text, complaint)


def stepped(complaint: Complaint, step: str, word: str, by: Viewer) -> None:
    """The other side hears of the new stage."""
    if by.is_store_side:
        title = _with_number(TO_US[step], complaint)
        _tell("complaints.store_wrote", responsible(complaint), by, title, word, complaint)
    else:
        to_store(complaint, by, _with_number(TO_STORE[step], complaint), word)


def late(complaint: Complaint) -> None:
    """The owner, or whoever leads, hears that the first answer is overdue."""
    title = _l("No answer yet: %(number)s", number=complaint.number)
    body = _l("%(store)s was promised an answer by now.", store=complaint.store.name)
    notify(
        "complaints.overdue",
        to=responsible(complaint, leaders=True),
        title=title,
        body=body,
        url=complaint.url,
        urgent=True,
        private=complaint.about_rep,
    )


class _Numbered:
    """A lazy translation with the number put in when it is read."""

    def __init__(self, text: Any, number: str) -> None:
        self.text, self.number = text, number

    def __str__(self) -> str:
        return str(self.text) % {"number": self.number}


def _with_number(text: Any, complaint: Complaint) -> _Numbered:
    return _Numbered(text, complaint.number)


def _tell(
    kind: str, to: Sequence[Membership], by: Viewer, title: Any, body: Any, complaint: Complaint, urgent: bool = False
) -> None:
    others = [member for member in to if member.id != by.membership.id]
    notify(kind, to=others, title=title, body=body, url=complaint.url, urgent=urgent, private=complaint.about_rep)
