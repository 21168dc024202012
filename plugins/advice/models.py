"""Notes of advice, what is computed for a store, and what each store made of both."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.api import DistributorOwned, Model, Person, Store, StoredFile, StoreOwned, clock

KINDS = (
    "layout",
    "display",
    "fit_out",
    "inventory",
    "cost_control",
    "advertising",
    "shopper_engagement",
    "new_profit",
)
DRAFT, IN_REVIEW, PUBLISHED, WITHDRAWN = "draft", "in_review", "published", "withdrawn"
OPEN, ACCEPTED, DONE, DECLINED, LAPSED = "open", "accepted", "done", "declined", "lapsed"


class Note(DistributorOwned, Model):
    """An article of advice in Markdown; stores see it when it is published, through their Recipient row."""

    __tablename__ = "advice_note"
    __table_args__ = (Index("ix_advice_note_state", "distributor_id", "state", "changed_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    kind: Mapped[str] = mapped_column(String(24))
    reason: Mapped[str] = mapped_column(default="")  # one sentence: why it is worth doing
    text: Mapped[str] = mapped_column(default="")  # Markdown
    gain: Mapped[Decimal | None]  # yuan a month for one store, the author's estimate
    minutes: Mapped[int | None]  # of work in the store
    audience: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(String(12), default=DRAFT)
    version: Mapped[int] = mapped_column(default=1)  # that stores see
    shown_pictures: Mapped[list[Any] | None]  # the positions of those that stores see; None: all of them
    writers: Mapped[list[Any]] = mapped_column(default=list)  # ids of the people who changed it before it was published
    edits: Mapped[int] = mapped_column(default=0)  # of two who change it at once, one is told
    author_id: Mapped[int | None] = mapped_column(ForeignKey("portal_person.id", ondelete="SET NULL"))
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("portal_person.id", ondelete="SET NULL"))
    review_note: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
    published_at: Mapped[datetime | None]
    publish_at: Mapped[datetime | None] = mapped_column(index=True)  # what is written is published then
    planned_by_id: Mapped[int | None] = mapped_column(ForeignKey("portal_person.id", ondelete="SET NULL"))
    tells_again: Mapped[bool] = mapped_column(default=False)  # stores that have it already are told then
    valid_until: Mapped[date | None]  # the last day on which stores are asked to do it
    over: Mapped[bool] = mapped_column(default=False)  # that day has passed

    author: Mapped[Person | None] = relationship(
        lambda: Person, lazy="raise_on_sql", viewonly=True, foreign_keys=[author_id]
    )


class Picture(DistributorOwned, Model):
    """A picture of a note; its Markdown names it as picture:<position>."""

    __tablename__ = "advice_picture"
    __table_args__ = (UniqueConstraint("note_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    note_id: Mapped[int] = mapped_column(ForeignKey("advice_note.id", ondelete="CASCADE"))
    position: Mapped[int]
    file_id: Mapped[int] = mapped_column(ForeignKey("portal_file.id"))
    caption: Mapped[str] = mapped_column(default="")

    file: Mapped[StoredFile] = relationship(lambda: StoredFile, lazy="raise_on_sql", viewonly=True)


class Recipient(StoreOwned, Model):
    """One store that a note was published to, and what it made of it."""

    __tablename__ = "advice_recipient"
    __table_args__ = (
        UniqueConstraint("note_id", "store_id"),
        Index("ix_advice_recipient_open", "store_id", "state", "published_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    note_id: Mapped[int] = mapped_column(ForeignKey("advice_note.id", ondelete="CASCADE"), index=True)
    published_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(12), default=OPEN)
    seen_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("portal_person.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(default="")  # why it was declined
    useful: Mapped[bool | None]
    seen_version: Mapped[int | None]
    answered_version: Mapped[int | None]

    note: Mapped[Note] = relationship(lambda: Note, lazy="raise_on_sql", viewonly=True)


class Proposal(StoreOwned, Model):
    """Advice that one store's own figures give: what to do, what it is worth, the numbers it rests on, what became of it.

    Summary (what a card says) and evidence (all of it) hold numbers and names, no sentences: each reader gets those in
    the own language.
    """

    __tablename__ = "advice_proposal"
    __table_args__ = (
        Index(
            "uq_advice_proposal_open",
            "store_id",
            "kind",
            "subject",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_advice_proposal_store", "store_id", "state", "advised_at", "id"),
        Index("ix_advice_proposal_at", "distributor_id", "advised_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(24))
    subject: Mapped[str] = mapped_column(String(40), default="")  # "batch:12"; empty for the store as a whole
    state: Mapped[str] = mapped_column(String(12), default=OPEN)
    gain: Mapped[Decimal | None]  # yuan a month
    risk: Mapped[Decimal | None]  # yuan that will be lost
    due_on: Mapped[date | None]
    summary: Mapped[dict[str, Any]] = mapped_column(default=dict)
    evidence: Mapped[dict[str, Any]] = mapped_column(default=dict)
    advised_at: Mapped[datetime] = mapped_column(default=clock.now)
    computed_at: Mapped[datetime] = mapped_column(default=clock.now)
    seen_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("portal_person.id", ondelete="SET NULL"))
    choice: Mapped[str] = mapped_column(String(24), default="")  # which of several ways the store took
    reason: Mapped[str] = mapped_column(default="")  # why it was declined
    done_at: Mapped[datetime | None]
    proof_id: Mapped[int | None] = mapped_column(ForeignKey("portal_file.id"))
    before_id: Mapped[int | None] = mapped_column(ForeignKey("portal_file.id"))  # a photo of how it was

    store: Mapped[Store] = relationship(lambda: Store, lazy="raise_on_sql", viewonly=True)
    proof: Mapped[StoredFile | None] = relationship(
        lambda: StoredFile, lazy="raise_on_sql", viewonly=True, foreign_keys=[proof_id]
    )
    before: Mapped[StoredFile | None] = relationship(
        lambda: StoredFile, lazy="raise_on_sql", viewonly=True, foreign_keys=[before_id]
    )


class StoreTarget(StoreOwned, Model):
    """How dearly a store pays for its stock, as the replay of its last weeks set it (methods/replenishment.py)."""

    __tablename__ = "advice_store_target"
    __table_args__ = (UniqueConstraint("store_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    factor: Mapped[float]
    fill: Mapped[float | None]  # the share of the margin asked for that the replay sold with it
    set_on: Mapped[date]


class Measurement(StoreOwned, Model):
    """What accepted advice changed in its store, so many weeks after it was done, against stores that did not follow it.

    lift, low, high: shares of what would have been sold without it, and its 90% range (95% after four weeks). visible: the
    lift from which on a change can be seen in this store. All of them empty where there was too little data.
    """

    __tablename__ = "advice_measurement"
    __table_args__ = (UniqueConstraint("proposal_id", "weeks"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("advice_proposal.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(24), index=True)
    weeks: Mapped[int]
    verdict: Mapped[str] = mapped_column(String(20))
    lift: Mapped[float | None]
    low: Mapped[float | None]
    high: Mapped[float | None]
    visible: Mapped[float | None]
    theta: Mapped[float | None]
    se: Mapped[float | None]
    donors: Mapped[int] = mapped_column(default=0)
    reasons: Mapped[list[str]] = mapped_column(default=list)
    measured_at: Mapped[datetime] = mapped_column(default=clock.now)


from plugins.advice.campaigns import models as campaigns  # noqa: E402, F401  the tables of feature folders
from plugins.advice.library import models as library  # noqa: E402, F401
from plugins.advice.questions import models as questions  # noqa: E402, F401
