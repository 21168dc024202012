"""The mixins by which a row says whose it is."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Integer
from sqlalchemy.orm import Mapped, Mapper, declared_attr, mapped_column


class DistributorOwned:
    """A row of one distributor; stamped by the session, never given by hand."""

    @declared_attr
    @classmethod
    def distributor_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("portal_distributor.id", ondelete="CASCADE"), index=True)


class StoreOwned(DistributorOwned):
    """A row of one store; the composite key keeps the store inside the distributor.

    With __store_nullable__ a row without a store belongs to the whole distributor: neither members of a store nor
    reps see it, though a rep may write one.
    """

    __store_nullable__: ClassVar[bool] = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        if "__tablename__" in cls.__dict__:
            own = cls.__dict__.get("__table_args__", ())
            options = own[-1:] if own and isinstance(own[-1], dict) else ()
            parts = own[: len(own) - len(options)]
            wall = ForeignKeyConstraint(
                ["store_id", "distributor_id"],
                ["portal_store.id", "portal_store.distributor_id"],
                name=f"fk_{cls.__dict__['__tablename__']}_store",
                ondelete="CASCADE",
            )
            cls.__table_args__ = (*parts, wall, *options)  # type: ignore[attr-defined]
        super().__init_subclass__(**kwargs)

    @declared_attr
    @classmethod
    def store_id(cls) -> Mapped[int]:
        return mapped_column(Integer, index=True, nullable=cls.__store_nullable__)


@lru_cache(maxsize=1)
def core_classes() -> tuple[Any, Any, Any, Any]:
    """Store, Membership, Distributor and Person: the core's classes that the walls themselves speak of."""
    from portal.accounts.models import Distributor, Membership, Person
    from portal.stores.models import Store

    return Store, Membership, Distributor, Person


def store_class() -> Any:
    """The class of stores, whose own rows are walled by id and by rep."""
    return core_classes()[0]


def owned_mappers(registry_mappers: Iterable[Mapper[Any]]) -> list[Mapper[Any]]:
    """The mappers whose rows stand behind a wall."""
    return [mapper for mapper in registry_mappers if issubclass(mapper.class_, DistributorOwned)]
