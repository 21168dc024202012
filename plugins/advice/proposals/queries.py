"""Reading what was computed for stores."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, bindparam, case, func, or_, select
from sqlalchemy.orm import joinedload

from plugins.advice.advisors.findings import KINDS
from plugins.advice.models import ACCEPTED, DECLINED, DONE, OPEN, Proposal, StoreTarget
from portal.api import NotFound, Order, Page, Prepared, Reading, Span, keyset, session

IN_ORDER = case({kind: place for place, kind in enumerate(KINDS)}, value=Proposal.kind, else_=len(KINDS))


def open_of_stores(store_ids: Sequence[int], kinds: Sequence[str] = KINDS) -> Sequence[Proposal]:
    """The open advice of these stores, to be written to."""
    statement = select(Proposal).where(Proposal.store_id.in_(store_ids), Proposal.state == OPEN)
    return session.scalars(statement.where(Proposal.kind.in_(kinds))).all()


def followed(store_ids: Sequence[int], kind: str, since: datetime) -> set[tuple[int, str]]:
    """Store and subject of what advice of the kind is accepted about, or was done since then."""
    done = (Proposal.state == DONE) & (Proposal.done_at > since)
    statement = select(Proposal.store_id, Proposal.subject).where(
        Proposal.store_id.in_(store_ids), Proposal.kind == kind, (Proposal.state == ACCEPTED) | done
    )
    return {(row.store_id, row.subject) for row in session.execute(statement)}


def declined_since(store_ids: Sequence[int], since: datetime) -> Sequence[tuple[tuple[int, str, str], datetime]]:
    """Store, kind and subject of what was declined, and when: it is not said again so soon."""
    statement = select(Proposal.store_id, Proposal.kind, Proposal.subject, Proposal.answered_at)
    statement = statement.where(
        Proposal.store_id.in_(store_ids), Proposal.state == DECLINED, Proposal.answered_at > since
    )
    return [((row.store_id, row.kind, row.subject), row.answered_at) for row in session.execute(statement)]


def targets(store_ids: Sequence[int]) -> Sequence[Any]:
    """store_id, factor, set_on and fill of each store that has a target."""
    return _targets().rows(stores=list(store_ids))


@lru_cache(maxsize=1)
def _targets() -> Prepared:
    stores: Any = bindparam("stores", expanding=True)
    columns: Any = select(StoreTarget.store_id, StoreTarget.factor, StoreTarget.set_on, StoreTarget.fill)
    return Prepared(columns.where(StoreTarget.store_id.in_(stores)))


def target_rows(store_ids: Sequence[int]) -> Sequence[StoreTarget]:
    """The targets of these stores, to be written to."""
    return session.scalars(select(StoreTarget).where(StoreTarget.store_id.in_(store_ids))).all()


def target_of(store_id: int) -> Any | None:
    """store_id, factor, set_on and fill of one store's target; None where it has none."""
    found = targets([store_id])
    return found[0] if found else None


def open_for_store(limit: int) -> Sequence[Proposal]:
    """What the acting store has not answered: by kind, and of one kind what is worth most first."""
    return _open_for_store().all({"limit": limit})


@lru_cache(maxsize=1)
def _open_for_store() -> Reading[Proposal]:
    """Made once, as every first page of a store sends it."""
    worth = func.coalesce(Proposal.gain, Proposal.risk, 0)
    return Reading(
        Proposal,
        without=["evidence"],
        change=lambda statement: (
            statement.where(Proposal.state == OPEN)
            .order_by(IN_ORDER, worth.desc(), Proposal.id)
            .limit(bindparam("limit", type_=Integer))
        ),
    )


def open_count() -> int:
    """How many pieces of computed advice the acting store has not answered."""
    return int(_open_count().scalars()[0])


@lru_cache(maxsize=1)
def _open_count() -> Prepared:
    return Prepared(select(func.count()).select_from(Proposal).where(Proposal.state == OPEN))


def visible(proposal_id: int, *, with_proof: bool = False, to_answer: bool = False) -> Proposal:
    """The advice with its store, inside the walls; NotFound for any other.

    to_answer: nobody else answers it until this transaction ends, so that two who tap at once send one order.
    """
    statement = select(Proposal).where(Proposal.id == proposal_id).options(joinedload(Proposal.store))
    if to_answer:
        statement = statement.with_for_update(of=Proposal)
    if with_proof:
        statement = statement.options(joinedload(Proposal.proof), joinedload(Proposal.before))
    proposal = session.scalars(statement).one_or_none()
    if proposal is None:
        raise NotFound
    return proposal


def shown(proposal_id: int) -> Proposal:
    """visible(), to be read and not to be changed."""
    proposal = _shown().first({"proposal": proposal_id})
    if proposal is None:
        raise NotFound
    return proposal


@lru_cache(maxsize=1)
def _shown() -> Reading[Proposal]:
    return Reading(Proposal, "store", change=lambda statement: statement.where(Proposal.id == bindparam("proposal")))


def of_order(order_id: int) -> Proposal | None:
    """The advice that an order came from."""
    return session.scalars(select(Proposal).where(Proposal.choice == f"order:{order_id}")).one_or_none()


def open_like(proposal: Proposal) -> Proposal | None:
    """The open advice of the same store about the same."""
    statement = select(Proposal).where(
        Proposal.store_id == proposal.store_id,
        Proposal.kind == proposal.kind,
        Proposal.subject == proposal.subject,
        Proposal.state == OPEN,
    )
    return session.scalars(statement).one_or_none()


def open_worth(store_ids: Sequence[int], kind: str) -> dict[int, Any]:
    """Yuan a month of the open advice of this kind, by store."""
    statement = select(Proposal.store_id, func.sum(Proposal.gain)).where(Proposal.store_id.in_(store_ids))
    statement = statement.where(Proposal.kind == kind, Proposal.state == OPEN).group_by(Proposal.store_id)
    return {row[0]: row[1] for row in session.execute(statement)}


def latest_of(store_id: int, kind: str) -> Proposal | None:
    """What was advised last of this kind, whatever became of it."""
    statement = select(Proposal).where(Proposal.store_id == store_id, Proposal.kind == kind)
    return session.scalars(statement.order_by(Proposal.id.desc()).limit(1)).one_or_none()


def page_of_proposals(state: str, kind: str, cursor: str | None, size: int = 25) -> Page[Proposal]:
    """Computed advice with its store, the latest first."""
    order = [Order(Proposal.advised_at, True), Order(Proposal.id, True)]
    return keyset(_listed(state, kind), order, cursor, size)


@lru_cache(maxsize=64)
def _listed(state: str, kind: str) -> Reading[Proposal]:
    criteria = [Proposal.state == state] if state else []
    criteria += [Proposal.kind == kind] if kind else []
    return Reading(Proposal, "store", without=["evidence"], change=lambda statement: statement.where(*criteria))


def of_store(store_id: int, span: Span) -> Sequence[Proposal]:
    """A store's computed advice that was answered in the span: what nobody looked at is no part of its history."""
    statement = select(Proposal).where(
        Proposal.store_id == store_id,
        or_(Proposal.answered_at.between(span.start, span.end), Proposal.done_at.between(span.start, span.end)),
    )
    return session.scalars(statement).all()
