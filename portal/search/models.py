"""The one index of everything that can be found by words."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import Connection, Dialect, Index, String, Text, TypeDecorator, UniqueConstraint, event
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Model
from portal.search.ddl import TABLE, create_search_index
from portal.tenancy import StoreOwned


class Words(TypeDecorator[str]):
    """Words with single spaces between them; on PostgreSQL a tsvector of exactly these words at their places."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(TSVECTOR() if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None or dialect.name != "postgresql":
            return value
        places: dict[str, list[str]] = {}
        for place, word in enumerate(value.split(), start=1):
            places.setdefault(word, []).append(str(place))
        return " ".join(f"'{word}':{','.join(numbers[:256])}" for word, numbers in places.items())


class SearchEntry(StoreOwned, Model):
    """What can be found of one object; `store_id` is empty for what belongs to the whole distributor."""

    __tablename__ = TABLE
    __store_nullable__: ClassVar[bool] = True
    __table_args__ = (
        UniqueConstraint("distributor_id", "kind", "object_id"),
        Index("ix_portal_search_entry_newest", "distributor_id", "kind", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    object_id: Mapped[int]
    words: Mapped[str] = mapped_column(Words)


@event.listens_for(SearchEntry.__table__, "after_create")
def _with_index(target: Any, connection: Connection, **_: Any) -> None:
    """Where tables are made without migrations, the index is made with them."""
    create_search_index(connection)
