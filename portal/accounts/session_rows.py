"""The person of a session with all that a page asks about them: one prepared statement, made into objects by hand.

Every request asks this, so it is worth more code than the ORM's loading of the same six classes takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, TypeVar, cast

from sqlalchemy import Select, bindparam, inspect, select
from sqlalchemy.orm import Session, joinedload, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from portal.accounts.models import Distributor, Membership, Person, PluginActivation, Role, SignIn, all_switches
from portal.stores.models import Store
from portal.tenancy import Prepared

Thing = TypeVar("Thing")
# What only the pages of the account ask for, and no other should have in memory: loaded when it is asked for.
LEFT_OUT_OF_PERSON = frozenset(
    {"password", "tf_totp_secret", "mf_recovery_codes", "calendar_secret", "fs_token_uniquifier"}
)
LEFT_OUT = LEFT_OUT_OF_PERSON | {"secret_hash"}

# What is loaded again with them after a rollback, which an error page and a person who has to log in come after.
AROUND_A_MEMBERSHIP = tuple(joinedload(way) for way in (Membership.role, Membership.store, Membership.distributor))
AROUND_A_PERSON = (joinedload(Person.memberships).options(*AROUND_A_MEMBERSHIP),)


def switches_of_person() -> Any:
    """What is switched on for whom, for all distributors of a person, as one text beside its row."""
    switches = select(all_switches(PluginActivation.distributor_id, PluginActivation.plugin, PluginActivation.settings))
    switches = switches.join(Membership, Membership.distributor_id == PluginActivation.distributor_id)
    switches = switches.where(Membership.person_id == Person.id, PluginActivation.active.is_(True))
    return switches.correlate(Person).scalar_subquery().label("switches")


def person_of_session(
    session: Session, uniquifier: str, secret_hash: str, now: datetime
) -> tuple[Person, SignIn, str | None] | None:
    """The active person, the open sign-in and what is switched on (JSON); None without. Inside opened walls only.

    The person's memberships carry role, store and distributor, and all of them belong to the session.
    """
    rows = _of_session().rows(uniquifier=uniquifier, secret_hash=secret_hash, now=now)
    if not rows:
        return None
    person, sign_in = _make(session, rows[0], Person), _make(session, rows[0], SignIn)
    members = []
    known: dict[tuple[type, int], Any] = {}
    for row in rows:
        if row.Membership_id is None:
            continue
        member = _make(session, row, Membership)
        around = {"person": person}
        for name, cls in (("role", Role), ("store", Store), ("distributor", Distributor)):
            key = cls, getattr(row, f"{cls.__name__}_id")
            if key not in known:
                known[key] = None if key[1] is None else _make(session, row, cls)
            around[name] = known[key]
        vars(member).update(around)  # relationships that are only read: nothing is noted of them
        _load_again_with(member, AROUND_A_MEMBERSHIP)
        members.append(member)
    set_committed_value(person, "memberships", members)
    _load_again_with(person, AROUND_A_PERSON)
    return person, sign_in, rows[0].switches


def _load_again_with(thing: Any, options: tuple[Any, ...]) -> None:
    """As the ORM notes on what it loads, so that relationships come again after a rollback."""
    state: Any = inspect(thing)
    state.load_options, state.load_path = options, state.mapper._path_registry


@lru_cache(maxsize=1)
def _of_session() -> Prepared:
    columns = [
        column.label(f"{cls.__name__}_{name}")
        for cls in (Person, SignIn, Membership, Role, Store, Distributor)
        for name, column in _columns(cls)
    ]
    statement: Select[Any] = (
        select(*columns, switches_of_person())
        .select_from(Person)
        .join(SignIn, SignIn.person_id == Person.id)
        .outerjoin(Membership, Membership.person_id == Person.id)
        .outerjoin(Role, Role.id == Membership.role_id)
        .outerjoin(Store, Store.id == Membership.store_id)
        .outerjoin(Distributor, Distributor.id == Membership.distributor_id)
        .where(Person.active.is_(True), Person.fs_uniquifier == bindparam("uniquifier"))
        .where(SignIn.secret_hash == bindparam("secret_hash"), SignIn.ended_at.is_(None))
        .where(SignIn.expires_at > bindparam("now"))
    )
    return Prepared(statement)


def _columns(cls: type) -> Iterator[tuple[str, Any]]:
    mapper: Any = inspect(cls)
    for attribute in mapper.column_attrs:
        if attribute.key not in LEFT_OUT:
            yield attribute.key, getattr(cls, attribute.key)  # the first is the primary key


@cache
def _maker(cls: Any) -> tuple[Callable[[], Any], tuple[tuple[str, str], ...]]:
    names = tuple((name, f"{cls.__name__}_{name}") for name, _column in _columns(cls))
    return inspect(cls).class_manager.new_instance, names


def _make(session: Session, row: Any, cls: type[Thing]) -> Thing:
    """An object as the ORM would have loaded it from these columns of the row; one that is there already stays."""
    new, names = _maker(cast(Any, cls))
    values = row._mapping
    if session.identity_map:
        present = session.identity_map.get(inspect(cls).identity_key_from_primary_key((values[names[0][1]],)))
        if present is not None:
            return present  # type: ignore[no-any-return]
    thing = new()
    vars(thing).update({name: values[label] for name, label in names})
    make_transient_to_detached(thing)
    session.add(thing)
    return thing
