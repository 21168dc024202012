"""Real objects of everybody, made by the services as the people themselves: what the walk tries from the wrong side.

Four places: a store of the first distributor ("mine": the store roles of the walk belong to it), another one that the
same rep serves, one that no rep serves, and a store of another distributor. Every text carries a mark of its place.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, g
from PIL import Image

from portal.accounts.tokens import create_token
from portal.accounts.viewer import Viewer, load_person, viewer_of
from portal.db import db, write_intent
from portal.tenancy import acting_for
from portal.testing.world import World

OURS = ("administrator", "manager", "expert", "rep")
STORE = ("store_manager", "store_staff")
ROLES = (*OURS, *STORE)
EVERYBODY = frozenset(ROLES)
BUT_THE_REP = EVERYBODY - {"rep"}

# Who of the first distributor sees what belongs to the store of a place, and what is meant for its people to read.
SEES_STORE = {
    "mine": EVERYBODY,
    "served": frozenset(OURS),
    "unserved": frozenset(OURS) - {"rep"},
    "foreign": frozenset[str](),
}
SEES_WIDE = SEES_STORE | {"unserved": frozenset(OURS)}


@dataclass(frozen=True)
class Thing:
    """An object that lies at an address: its kind, the values for the address, and which roles it is there for."""

    kind: str
    label: str
    values: dict[str, Any]
    seen_by: frozenset[str]


@dataclass
class Estate:
    """Everything that was built."""

    app: Flask
    world: World
    things: list[Thing] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)  # of the first distributor, by role
    marks: dict[str, frozenset[str]] = field(default_factory=dict)  # a word of the texts -> who may ever read it

    def add(self, kind: str, label: str, seen_by: frozenset[str] | set[str], **values: Any) -> None:
        """Keep a thing."""
        self.things.append(Thing(kind, label, values, frozenset(seen_by)))

    def mark(self, place: str, *, wide: bool = False) -> str:
        """The word that the texts of a place carry; `wide` for what everybody on the distributor's side reads."""
        word = f"hush{place}{'wide' if wide else 'walled'}"
        self.marks[word] = (SEES_WIDE if wide else SEES_STORE)[place]
        return word

    def of(self, kind: str) -> list[Thing]:
        """All things of a kind."""
        return [thing for thing in self.things if thing.kind == kind]


@dataclass(frozen=True)
class Place:
    """Where things are built: whose distributor, which of its stores."""

    name: str
    distributor: str
    index: int

    @property
    def keeper(self) -> str:
        """The key of the store's manager in the test world."""
        return "store_manager" if self.index == 0 else f"store_manager:{self.index}"

    @property
    def host(self) -> str:
        """Who of the distributor meets this store; the rep only the one that the walk belongs to."""
        return {"mine": "rep", "served": "manager", "unserved": "expert", "foreign": "rep"}[self.name]


PLACES = (
    Place("mine", "first", 0),
    Place("served", "first", 1),
    Place("unserved", "first", 2),
    Place("foreign", "other", 0),
)


@contextmanager
def acting(app: Flask, world: World, role: str, distributor: str = "first") -> Iterator[Viewer]:
    """Call services as this person; commits at the end."""
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        intent = write_intent.set(True)
        person = load_person(world[distributor].keys[role])
        viewer = viewer_of(person, world[distributor].members[role]) if person else None
        assert viewer is not None, f"{distributor} has no {role}"
        g.viewer, g.failures = viewer, []
        try:
            with acting_for(viewer.scope):
                yield viewer
                db.session.commit()
        finally:
            db.session.remove()
            write_intent.reset(intent)


def picture(colour: str = "teal") -> bytes:
    """A small JPEG."""
    data = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(data, "JPEG")
    return data.getvalue()


def build_estate(app: Flask, world: World) -> Estate:
    """Build everything into a database that holds the test world."""
    from tests.walk import builders

    estate = Estate(app, world)
    for place in PLACES:
        for build in builders.OF_A_PLACE:
            build(estate, place)
    for role in ROLES:
        with acting(app, world, role) as viewer:
            estate.tokens[role] = create_token(viewer.membership, "walk")[1]
    return estate
