"""Reading the audit log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Person
from portal.audit.models import AuditEntry
from portal.db import db
from portal.paging import Order, Page, keyset

MOST_EXPORTED = 20_000


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What the log is narrowed to; empty means all."""

    words: str = ""
    person_id: int | None = None
    action: str = ""  # one action, or a feature such as "complaints"
    object_kind: str = ""
    object_id: int | None = None
    first: date | None = None
    last: date | None = None


def matching(wanted: AuditFilter, zone: str) -> Select[AuditEntry]:
    """The entries that meet the filter; days are those of `zone`."""
    statement = select(AuditEntry)
    if wanted.person_id:
        statement = statement.where(AuditEntry.person_id == wanted.person_id)
    for word in wanted.words.split():
        statement = statement.where(AuditEntry.person_id.in_(_people_called(word)))
    if wanted.action:
        whole = AuditEntry.action == wanted.action
        statement = statement.where(whole if "." in wanted.action else _of_feature(wanted.action))
    if wanted.object_kind:
        statement = statement.where(AuditEntry.object_kind == wanted.object_kind)
    if wanted.object_id is not None:
        statement = statement.where(AuditEntry.object_id == wanted.object_id)
    if wanted.first:
        statement = statement.where(AuditEntry.at >= _midnight(wanted.first, zone))
    if wanted.last:
        statement = statement.where(AuditEntry.at < _midnight(wanted.last + timedelta(days=1), zone))
    return statement


def _people_called(word: str) -> Select[Any]:
    like = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    return select(Person.id).where(
        or_(*(c.ilike(like, escape="\\") for c in (Person.name, Person.email, Person.phone)))
    )


def _of_feature(name: str) -> Any:
    """A range, as it can use an index: everything that begins with the name and a dot."""
    return (AuditEntry.action >= f"{name}.") & (AuditEntry.action < f"{name}/")


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))


def page_of_entries(wanted: AuditFilter, zone: str, cursor: str | None, size: int = 25) -> Page[AuditEntry]:
    """One page, the latest first."""
    statement = _with_people(wanted, zone)
    order = [Order(AuditEntry.at, descending=True), Order(AuditEntry.id, descending=True)]
    return keyset(statement, order, cursor, size)


@lru_cache(maxsize=64)
def _with_people(wanted: AuditFilter, zone: str) -> Select[AuditEntry]:
    return matching(wanted, zone).options(joinedload(AuditEntry.person))


def entries_to_export(wanted: AuditFilter, zone: str) -> list[AuditEntry]:
    """The latest entries that meet the filter."""
    statement = (
        matching(wanted, zone)
        .options(joinedload(AuditEntry.person))
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(MOST_EXPORTED)
    )
    return list(db.session.scalars(statement))


def name_of(person_id: int) -> str:
    """What a person is called, who did something here; empty for anybody else."""
    seen = select(AuditEntry.id).where(AuditEntry.person_id == person_id).limit(1)
    if db.session.scalar(seen) is None:
        return ""
    return db.session.scalar(select(Person.name).where(Person.id == person_id)) or ""
