"""Reading briefings and editions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, Text, bindparam, case, exists, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from plugins.briefings.models import FAILED, ISSUED, READY, Briefing, Edition, Section
from portal.api import NotFound, Order, Page, Reading, Span, Store, Viewer, keyset, session


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the editions of a briefing are."""

    editions: int = 0
    ready: int = 0
    failed: int = 0
    downloaded: int = 0

    @property
    def finished(self) -> bool:
        """Whether nothing is waiting any more."""
        return self.ready + self.failed >= self.editions


def briefing(briefing_id: int) -> Briefing:
    """One briefing of the distributor; raises NotFound."""
    found: Briefing | None = session.get(Briefing, briefing_id)
    if found is None:
        raise NotFound
    return found


def newest_issued() -> Briefing | None:
    """The briefing that was issued last, and not withdrawn."""
    statement = select(Briefing).where(Briefing.state == ISSUED).order_by(Briefing.issued_at.desc(), Briefing.id.desc())
    return session.scalars(statement.limit(1)).first()


def page_of_briefings(cursor: str | None, size: int = 25) -> Page[Briefing]:
    """The desk's list, the latest first."""
    return keyset(_all(), [Order(Briefing.created_at, True), Order(Briefing.id, True)], cursor, size)


@lru_cache(maxsize=1)
def _all() -> Reading[Briefing]:
    return Reading(Briefing, without=["content"])


def sections(briefing_id: int) -> Sequence[Section]:
    """The editorial sections in their order."""
    return session.scalars(select(Section).where(Section.briefing_id == briefing_id).order_by(Section.position)).all()


def progress(briefing_ids: Sequence[int]) -> dict[int, Progress]:
    """How far the editions of these briefings are."""
    rows = session.execute(_progress(), {"briefings": briefing_ids})
    return {briefing_id: Progress(*numbers) for briefing_id, *numbers in rows}


@lru_cache(maxsize=1)
def _progress() -> Select[Any]:
    def count(criterion: Any) -> Any:
        return func.sum(case((criterion, 1), else_=0))

    briefings: Any = bindparam("briefings", expanding=True)
    numbers: Select[Any] = select(
        Edition.briefing_id,
        func.count(),
        count(Edition.state == READY),
        count(Edition.state == FAILED),
        count(Edition.downloaded_at.is_not(None)),
    )
    return numbers.where(Edition.briefing_id.in_(briefings)).group_by(Edition.briefing_id)


def editions(briefing_id: int, limit: int = 200) -> Sequence[Edition]:
    """The editions of a briefing, those that failed first."""
    statement = (
        select(Edition)
        .where(Edition.briefing_id == briefing_id)
        .options(joinedload(Edition.store))
        .order_by((Edition.state != FAILED), Edition.store_id, Edition.language)
    )
    return session.scalars(statement.limit(limit)).all()


def edition(edition_id: int) -> Edition:
    """One edition inside the walls, of a briefing that was not withdrawn for store people; raises NotFound."""
    statement = (
        select(Edition)
        .join(Edition.briefing)
        .where(Edition.id == edition_id)
        .options(contains_eager(Edition.briefing), joinedload(Edition.store), joinedload(Edition.file))
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def page_for_store(language: str, cursor: str | None, size: int = 25) -> Page[Edition]:
    """A store's editions in its reader's language, where there is none in the other, the newest first."""
    return keyset(_for_store(language), [Order(Edition.id, True)], cursor, size)


@lru_cache(maxsize=4)
def _for_store(language: str) -> Reading[Edition]:
    return Reading(
        Edition,
        "briefing",
        "file",
        without=["briefing.content"],
        change=lambda statement: statement.where(Briefing.state == ISSUED, _best_for(language)),
    )


def _best_for(language: str | BindParameter[str]) -> ColumnElement[bool]:
    """The edition in this language, or the one there is."""
    wanted = aliased(Edition)
    same = (wanted.briefing_id == Edition.briefing_id, wanted.store_id == Edition.store_id)
    return or_(Edition.language == language, ~exists().where(*same, wanted.language == language))


def newest_for_store(language: str) -> Edition | None:
    """The newest edition of the store that can be downloaded, in the reader's language."""
    return _newest_for_store().first({"language": language})


@lru_cache(maxsize=1)
def _newest_for_store() -> Reading[Edition]:
    """Made once, as every first page of a store sends it; without what the briefing says, which is long."""
    wanted = (Briefing.state == ISSUED, Edition.state == READY, _best_for(bindparam("language", type_=Text)))
    return Reading(
        Edition,
        "briefing",
        without=["briefing.content"],
        change=lambda statement: statement.where(*wanted).order_by(Edition.id.desc()).limit(1),
    )


def edition_of(briefing_id: int, language: str) -> Edition:
    """The store's own edition of a briefing in this language, else in another; raises NotFound."""
    statement = (
        select(Edition)
        .join(Edition.briefing)
        .where(Edition.briefing_id == briefing_id, Briefing.state == ISSUED)
        .options(contains_eager(Edition.briefing), joinedload(Edition.file))
        .order_by(Edition.language != language, Edition.id)
        .limit(1)
    )
    found = session.scalars(statement).first()
    if found is None:
        raise NotFound
    return found


def edition_of_store(briefing_id: int, number: str, language: str) -> Edition:
    """For our people: the edition of the store with this number, in this language or else in another; or NotFound."""
    statement = (
        select(Edition)
        .join(Edition.briefing)
        .join(Store, Store.id == Edition.store_id)
        .where(Edition.briefing_id == briefing_id, Store.number == number)
        .options(contains_eager(Edition.briefing), joinedload(Edition.file))
        .order_by(Edition.language != language, Edition.id)
        .limit(1)
    )
    found = session.scalars(statement).first()
    if found is None:
        raise NotFound
    return found


def of_store(store_id: int, span: Span) -> Sequence[Edition]:
    """A store's editions that were finished or downloaded in the span, with their briefings."""
    statement = (
        select(Edition)
        .join(Edition.briefing)
        .where(Edition.store_id == store_id, Edition.finished_at >= span.start, Edition.finished_at < span.end)
        .options(contains_eager(Edition.briefing))
    )
    return session.scalars(statement).all()


def matching(words: str, viewer: Viewer) -> Sequence[Briefing]:
    """At most ten visible briefings whose title or text has the words."""
    like = f"%{words.replace('%', '')}%"
    in_text = select(Section.briefing_id).where(Section.text.ilike(like) | Section.title.ilike(like))
    statement = select(Briefing).where(Briefing.title.ilike(like) | Briefing.id.in_(in_text))
    if viewer.is_store_side:
        statement = statement.where(Briefing.state == ISSUED, Briefing.id.in_(select(Edition.briefing_id)))
    return session.scalars(statement.order_by(Briefing.id.desc()).limit(10)).all()
