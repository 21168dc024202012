"""Questions of stores, what was said about them, their pictures, and who answers which kind."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.api import DistributorOwned, Membership, Model, Person, Store, StoredFile, StoreOwned, clock

ASKED, ANSWERED, CLOSED = "open", "answered", "closed"
STATES = (ASKED, ANSWERED, CLOSED)


class Question(StoreOwned, Model):
    """What a store asks. The clock runs while the state is `open`: from clock_from to answer_due_at."""

    __tablename__ = "advice_question"
    __table_args__ = (
        Index("ix_advice_question_due", "distributor_id", "state", "answer_due_at", "id"),
        Index("ix_advice_question_own", "store_id", "state", "asked_at", "id"),
        Index("ix_advice_question_owner", "owner_membership_id", "state", "answer_due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(24))
    text: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(String(12), default=ASKED)
    owner_membership_id: Mapped[int | None] = mapped_column(ForeignKey("portal_membership.id", ondelete="SET NULL"))
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("portal_person.id", ondelete="SET NULL"), index=True)
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    # What was promised when it was asked, or asked again; a changed setting never moves it.
    clock_from: Mapped[datetime] = mapped_column(default=clock.now)
    answer_due_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    late_told_at: Mapped[datetime | None]
    rating: Mapped[int | None]  # 1 to 5
    rating_reason: Mapped[str] = mapped_column(default="")
    article_id: Mapped[int | None] = mapped_column(ForeignKey("advice_note.id", ondelete="SET NULL"), index=True)
    sequence: Mapped[int] = mapped_column(default=0)

    store: Mapped[Store] = relationship(lambda: Store, lazy="raise_on_sql", viewonly=True)
    owner: Mapped[Membership | None] = relationship(lambda: Membership, lazy="raise_on_sql", viewonly=True)
    asked_by: Mapped[Person | None] = relationship(lambda: Person, lazy="raise_on_sql", viewonly=True)

    @property
    def url(self) -> str:
        """Where both sides read it."""
        return f"/advice/questions/{self.id}"

    @property
    def title(self) -> str:
        """Its first line, as long as a title is."""
        lines = self.text.strip().splitlines() or [""]
        return lines[0] if len(lines[0]) <= 60 else lines[0][:59] + "…"


class QuestionMessage(StoreOwned, Model):
    """Something said about a question; an internal note is never the store's."""

    __tablename__ = "advice_question_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("advice_question.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("portal_person.id", ondelete="SET NULL"), index=True)
    by_store: Mapped[bool]
    internal: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    author: Mapped[Person | None] = relationship(lambda: Person, lazy="raise_on_sql", viewonly=True)


class QuestionPicture(StoreOwned, Model):
    """A picture of the question, or of one message; with an internal note it is as internal as the note."""

    __tablename__ = "advice_question_picture"

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("advice_question.id", ondelete="CASCADE"), index=True)
    message_id: Mapped[int | None] = mapped_column(
        ForeignKey("advice_question_message.id", ondelete="CASCADE"), index=True
    )
    file_id: Mapped[int] = mapped_column(ForeignKey("portal_file.id"), index=True)
    internal: Mapped[bool] = mapped_column(default=False)

    file: Mapped[StoredFile] = relationship(lambda: StoredFile, lazy="raise_on_sql", viewonly=True)


class QuestionOwner(DistributorOwned, Model):
    """Who answers questions of a kind."""

    __tablename__ = "advice_question_owner"
    __table_args__ = (UniqueConstraint("distributor_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(24))
    membership_id: Mapped[int] = mapped_column(ForeignKey("portal_membership.id", ondelete="CASCADE"), index=True)
