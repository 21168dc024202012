"""The small world in which tests play: two distributors, a few stores, one person in each role."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from portal.accounts.services import create_distributor, create_person, join
from portal.accounts.sign_ins import start_sign_in
from portal.db import db
from portal.stores.models import Store
from portal.tenancy import Scope, acting_for, all_distributors

OUR_ROLES = ("administrator", "manager", "expert", "rep")
STORE_ROLES = ("store_manager", "store_staff")


@dataclass(slots=True)
class DistributorIds:
    """Ids of what one distributor of the test world has."""

    id: int
    stores: list[int] = field(default_factory=list)
    people: dict[str, int] = field(default_factory=dict)  # by role; "store_manager:1" for the second store's
    members: dict[str, int] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)  # the person's uniquifier
    sessions: dict[str, str] = field(default_factory=dict)  # what the cookie of a signed-in browser carries


@dataclass(slots=True)
class World:
    """`first` has three stores (the rep looks after the first two), `other` has two."""

    first: DistributorIds
    other: DistributorIds

    def __getitem__(self, name: str) -> DistributorIds:
        return self.other if name == "other" else self.first


def build_world() -> World:
    """Write the world into an empty database; one commit."""
    world = World(_distributor("first", "禾川商贸", 3), _distributor("other", "北原食品", 2))
    db.session.commit()
    return world


def _distributor(slug: str, name: str, stores: int) -> DistributorIds:
    distributor = create_distributor(slug, name)
    ids = DistributorIds(distributor.id)
    with acting_for(Scope(distributor.id)):
        for role in OUR_ROLES:
            _member(ids, slug, role, role, None)
        for index in range(stores):
            store = Store(
                number=f"{index + 1:04}",
                name=f"{name[:2]}{('城南路店', '学府路店', '桥头小站')[index]}",
                format=("convenience", "supermarket", "corner_shop")[index],
                tier=("A", "B", "C")[index],
                region=("城南", "城北", "城南")[index],
                rep_membership_id=ids.members["rep"] if index < 2 else None,
            )
            db.session.add(store)
            db.session.flush()
            ids.stores.append(store.id)
            for role in STORE_ROLES:
                _member(ids, slug, role, role if index == 0 else f"{role}:{index}", store)
    return ids


def _member(ids: DistributorIds, slug: str, role: str, key: str, store: Store | None) -> None:
    with all_distributors(reason="test world"):
        person = create_person(f"{slug} {key}", email=f"{key.replace(':', '')}@{slug}.example")
    member = join(person, role, store=store)
    ids.people[key], ids.members[key], ids.keys[key] = person.id, member.id, person.fs_uniquifier
    _, ids.sessions[key] = start_sign_in(person, via="test", lifetime=timedelta(days=40_000))
