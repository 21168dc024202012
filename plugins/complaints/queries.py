"""Reading complaints. Every reader starts at `readable()`: a complaint about a rep is not there for a rep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, Select, bindparam, case, func, select
from sqlalchemy.orm import joinedload

from plugins.complaints.methods.stages import REMEDIED
from plugins.complaints.models import Complaint, Message, Photo
from portal.api import (
    Membership,
    NotFound,
    Order,
    Page,
    Reading,
    Span,
    Store,
    Viewer,
    clock,
    current_scope,
    current_viewer,
    find,
    keyset,
    session,
    viewer_or_none,
)

KIND, PRIVATE_KIND = "complaints.complaint", "complaints.private"
HANDLE = "complaints.handle"
VIEWS = ("open", "mine", "unassigned", "overdue", "closed")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many complaints stand in each view of the desk."""

    open: int = 0
    mine: int = 0
    unassigned: int = 0
    overdue: int = 0


def readable(*columns: Any) -> Select[Any]:
    """Complaints that who acts may know of: inside the walls, and none about a rep for reps or for that person."""
    return select(*(columns or (Complaint,))).where(*_may_know(_reader()))


def _reader() -> str:
    """What decides which complaints may be known: a store's person, a rep, one of ours, or a program."""
    scope = current_scope()
    if scope.store_id is not None:
        return "store"
    if scope.rep_membership_id is not None:
        return "rep"
    return "ours" if viewer_or_none() else "program"


def _may_know(reader: str) -> list[Any]:
    if reader == "rep":
        return [Complaint.about_rep.is_(False)]
    if reader == "ours":
        mine: Any = bindparam("my_memberships", callable_=_my_memberships, expanding=True, unique=True)
        return [Complaint.about_rep.is_(False) | func.coalesce(Complaint.about_membership_id, 0).not_in(mine)]
    return []


def _my_memberships() -> list[int]:
    """Read when a statement is sent, so that a statement made once serves everybody."""
    return [member.id for member in current_viewer().memberships]


def by_number(number: str, *, for_change: bool = False) -> Complaint:
    """The complaint with its store and people, or NotFound; for_change: nobody else changes it meanwhile."""
    statement = readable().where(Complaint.number == number).options(*_with_people())
    if for_change:
        statement = statement.with_for_update(of=Complaint)
    found: Complaint | None = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def _with_people() -> tuple[Any, ...]:
    return (
        joinedload(Complaint.store),
        joinedload(Complaint.created_by),
        joinedload(Complaint.owner).joinedload(Membership.person),
    )


def page_of_complaints(
    view: str, viewer: Viewer, *, words: str = "", cursor: str | None = None, size: int = 25
) -> Page[Complaint]:
    """One page of a view: open ones by the next deadline, closed ones and what was searched the newest first."""
    asked = _asked(viewer)
    if words:
        view, asked["found"] = "found", found_ids(words, limit=200)
    if view in ("closed", "all", "found"):
        order = [Order(Complaint.created_at, True), Order(Complaint.id, True)]
    else:
        order = [Order(Complaint.next_due_at), Order(Complaint.id)]
    return keyset(_in_view(_reader(), view), order, cursor, size, asked)


@lru_cache(maxsize=32)
def _in_view(reader: str, view: str) -> Reading[Complaint]:
    """Made once for each kind of reader; IS_MINE and IS_OVERDUE ask for who it is and what time."""
    found: Any = bindparam("found", expanding=True)
    criteria: dict[str, list[Any]] = {
        "all": [],
        "found": [Complaint.id.in_(found)],
        "closed": [Complaint.is_open.is_(False)],
        "open": [Complaint.is_open.is_(True)],
        "mine": [Complaint.is_open.is_(True), IS_MINE],
        "unassigned": [Complaint.is_open.is_(True), Complaint.owner_membership_id.is_(None)],
        "overdue": [Complaint.is_open.is_(True), IS_OVERDUE],
    }
    return Reading(
        Complaint,
        "store",
        "owner",
        "owner.person",
        change=lambda statement: statement.where(*criteria[view], *_may_know(reader)),
    )


# What somebody has taken on, and open ones whose next promised time is over; what waits for the store is not.
IS_MINE = Complaint.owner_membership_id == bindparam("me")
IS_OVERDUE = (Complaint.next_due_at < bindparam("now")) & (Complaint.state != REMEDIED)


def _asked(viewer: Viewer) -> dict[str, Any]:
    return {"me": viewer.membership.id, "now": clock.now()}


def counts(viewer: Viewer) -> Counts:
    """The numbers of the desk's views, in one query."""
    return Counts(*(int(value) for value in session.execute(_counts(_reader()), _asked(viewer)).one()))


@lru_cache(maxsize=4)
def _counts(reader: str) -> Select[Any]:
    def those(criterion: Any) -> Any:
        return func.coalesce(func.sum(case((criterion, 1), else_=0)), 0)

    numbers: Select[Any] = select(
        func.count(Complaint.id),
        those(IS_MINE),
        those(Complaint.owner_membership_id.is_(None)),
        those(IS_OVERDUE),
    )
    return numbers.where(Complaint.is_open.is_(True), *_may_know(reader))


def open_count(viewer: Viewer) -> Select[Any]:
    """How many complaints are open, for the navigation, which asks it."""
    return _open_count(_reader())


@lru_cache(maxsize=4)
def _open_count(reader: str) -> Select[Any]:
    return select(func.count(Complaint.id)).where(Complaint.is_open.is_(True), *_may_know(reader))


def found_ids(words: str, *, limit: int = 25) -> list[int]:
    """Ids of complaints whose text has the words; those about a rep lie in an index of their own."""
    is_rep = current_scope().rep_membership_id is not None
    kinds = (KIND,) if is_rep else (KIND, PRIVATE_KIND)
    return [found.object_id for found in find(words, kinds=kinds, limit=limit)]


def matching(words: str) -> Sequence[Complaint]:
    """At most ten complaints that have the words, the newest first."""
    statement = readable().where(Complaint.id.in_(found_ids(words))).options(joinedload(Complaint.store))
    return session.scalars(statement.order_by(Complaint.created_at.desc(), Complaint.id.desc()).limit(10)).all()


def messages(complaint_id: int) -> Sequence[Message]:
    """What was said, the oldest first; a store is never given an internal note."""
    statement = select(Message).where(Message.complaint_id == complaint_id).options(joinedload(Message.author))
    if current_scope().store_id is not None:
        statement = statement.where(Message.internal.is_(False))
    return session.scalars(statement.order_by(Message.created_at, Message.id)).all()


def photos(complaint_id: int) -> Sequence[Photo]:
    """The pictures, in the order in which they came; a store is never given one of an internal note."""
    return session.scalars(_photos(complaint_id).order_by(Photo.id)).all()


def photo(complaint_id: int, photo_id: int) -> Photo:
    """One picture with its file, or NotFound."""
    statement = _photos(complaint_id).where(Photo.id == photo_id).options(joinedload(Photo.file))
    found: Photo | None = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def _photos(complaint_id: int) -> Select[Any]:
    statement = select(Photo).where(Photo.complaint_id == complaint_id)
    return statement.where(Photo.internal.is_(False)) if current_scope().store_id is not None else statement


def of_store(store_id: int, span: Span) -> Sequence[Complaint]:
    """A store's complaints filed or closed in the span, the oldest first."""
    statement = readable().where(
        Complaint.store_id == store_id,
        Complaint.created_at < span.end,
        (Complaint.created_at >= span.start) | (Complaint.closed_at >= span.start) | Complaint.is_open.is_(True),
    )
    return session.scalars(statement.order_by(Complaint.created_at, Complaint.id)).all()


def open_ones(viewer: Viewer, *, limit: int = 25) -> Sequence[Complaint]:
    """The open complaints: a store's own; on our side those that this person owns. The earliest deadline first."""
    asked = {"limit": limit} | ({} if viewer.is_store_side else {"owner": viewer.membership.id})
    return _open_ones(_reader(), viewer.is_store_side).all(asked)


@lru_cache(maxsize=8)
def _open_ones(reader: str, of_store: bool) -> Reading[Complaint]:
    criteria = [Complaint.is_open.is_(True), *_may_know(reader)]
    if not of_store:
        criteria.append(Complaint.owner_membership_id == bindparam("owner"))
    return Reading(
        Complaint,
        "store",
        change=lambda statement: (
            statement.where(*criteria)
            .order_by(Complaint.next_due_at, Complaint.id)
            .limit(bindparam("limit", type_=Integer))
        ),
    )


def due_in(viewer: Viewer, span: Span) -> Sequence[Complaint]:
    """Open complaints of this person whose next deadline lies in the span."""
    return [item for item in open_ones(viewer, limit=200) if item.next_due_at in span and item.state != REMEDIED]


def unanswered(now: datetime) -> Sequence[Complaint]:
    """Complaints past their first answer that nobody was reminded of yet."""
    statement = readable().where(
        Complaint.is_open.is_(True),
        Complaint.first_answered_at.is_(None),
        Complaint.state != REMEDIED,
        Complaint.answer_due_at < now,
        Complaint.late_told_at.is_(None),
    )
    return session.scalars(statement.options(joinedload(Complaint.store)).order_by(Complaint.id)).all()


def stores() -> Sequence[Store]:
    """The stores that our person may file for."""
    return session.scalars(select(Store).where(Store.active.is_(True)).order_by(Store.number)).all()


def counts_by_category(span: Span) -> list[tuple[str, int, int]]:
    """Of each category: complaints filed in the span, and how many stores filed them; the most frequent first."""
    amount = func.count(Complaint.id)
    statement = (
        readable(Complaint.category, amount, func.count(Complaint.store_id.distinct()))
        .where(Complaint.created_at >= span.start, Complaint.created_at < span.end)
        .group_by(Complaint.category)
        .order_by(amount.desc(), Complaint.category)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(statement)]
