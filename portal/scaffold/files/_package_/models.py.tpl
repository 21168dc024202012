"""What is kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.api import Model, Person, Store, StoreOwned, clock


class Note(StoreOwned, Model):
    """Something that a store is to know or to do."""

    __tablename__ = "[[ name ]]_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    written_at: Mapped[datetime] = mapped_column(default=clock.now)
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("portal_person.id", ondelete="SET NULL"), index=True)
    done_at: Mapped[datetime | None]

    store: Mapped[Store] = relationship(lambda: Store, lazy="raise_on_sql", viewonly=True)
    written_by: Mapped[Person | None] = relationship(lambda: Person, lazy="raise_on_sql", viewonly=True)
