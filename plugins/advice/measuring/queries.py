"""Reading what was followed and what it changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, case, func, select

from plugins.advice.methods.effect.judgement import FINAL_WEEKS
from plugins.advice.models import ACCEPTED, DECLINED, DONE, LAPSED, OPEN, Measurement, Proposal
from portal.api import Prepared, Reading, Store, session

FOLLOWED_AT = func.coalesce(Proposal.done_at, Proposal.answered_at)
FOLLOWED = (ACCEPTED, DONE)


@dataclass(frozen=True, slots=True)
class Adoption:
    """Of one kind of advice: how many pieces stores had to decide on, and what they decided."""

    advised: int = 0
    seen: int = 0
    accepted: int = 0
    done: int = 0
    declined: int = 0
    open: int = 0


def done_between(oldest: date, newest: date, weeks: int, limit: int) -> Sequence[Any]:
    """Advice that was done between two days and not measured after so many weeks: with the format of its store."""
    measured = select(Measurement.proposal_id).where(Measurement.weeks == weeks)
    statement = (
        select(
            Proposal.id,
            Proposal.store_id,
            Proposal.kind,
            Proposal.evidence,
            Proposal.done_at,
            Store.format,
        )
        .join(Store, Store.id == Proposal.store_id)
        .where(Proposal.state == DONE, Proposal.id.not_in(measured))
        .where(_midnight(oldest) <= Proposal.done_at, _midnight(newest) > Proposal.done_at)
        .order_by(Proposal.done_at, Proposal.id)
        .limit(limit)
    )
    return session.execute(statement).all()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def comparable(format_key: str, needed: Sequence[int], most: int) -> list[int]:
    """Stores of a format, those that are needed among them, in the order of their ids."""
    statement = select(Store.id).where(Store.format == format_key, Store.active.is_(True)).order_by(Store.id)
    others = session.scalars(statement.limit(most)).all()
    return sorted({*needed, *others})


def followers(kind: str, store_ids: Sequence[int], since: date) -> Sequence[Any]:
    """store_id and evidence of the advice of the kind that these stores followed since then."""
    statement = select(Proposal.store_id, Proposal.evidence).where(
        Proposal.kind == kind,
        Proposal.store_id.in_(store_ids),
        Proposal.state.in_(FOLLOWED),
        _midnight(since) <= FOLLOWED_AT,
    )
    return session.execute(statement).all()


def of_proposal(proposal_id: int) -> Sequence[Measurement]:
    """What was measured of it, after four weeks and after eight."""
    return _of_proposal().all({"proposal": proposal_id})


@lru_cache(maxsize=1)
def _of_proposal() -> Reading[Measurement]:
    def of_it(statement: Any) -> Any:
        return statement.where(Measurement.proposal_id == bindparam("proposal")).order_by(Measurement.weeks)

    return Reading(Measurement, change=of_it)


def adoption(since: datetime) -> dict[str, Adoption]:
    """By kind, of what was advised since then; what lapsed before anybody saw it is not counted."""
    return {kind: Adoption(*map(int, numbers)) for kind, *numbers in _adoption().rows(since=since)}


@lru_cache(maxsize=1)
def _adoption() -> Prepared:
    def count(criterion: Any) -> Any:
        return func.sum(case((criterion, 1), else_=0))

    statement = (
        select(
            Proposal.kind,
            func.count(),
            count(Proposal.seen_at.is_not(None)),
            count(Proposal.state.in_(FOLLOWED)),
            count(Proposal.state == DONE),
            count(Proposal.state == DECLINED),
            count(Proposal.state == OPEN),
        )
        .where(Proposal.advised_at >= bindparam("since"))
        .where((Proposal.state != LAPSED) | Proposal.seen_at.is_not(None))
        .group_by(Proposal.kind)
    )
    return Prepared(statement)


def final_since(since: datetime) -> dict[str, list[Measurement]]:
    """What was measured after eight weeks, by kind of advice."""
    found: dict[str, list[Measurement]] = {}
    for row in _final_since().all({"since": since}):
        found.setdefault(row.kind, []).append(row)
    return found


@lru_cache(maxsize=1)
def _final_since() -> Reading[Measurement]:
    def final(statement: Any) -> Any:
        since = Measurement.measured_at >= bindparam("since")
        return statement.where(Measurement.weeks == FINAL_WEEKS, since).order_by(Measurement.id)

    return Reading(Measurement, change=final)
