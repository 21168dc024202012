"""What is read the short way stands inside the same walls, and is what the session would have read."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import bindparam, func, select

from plugins.events.models import Event
from portal.accounts.models import Membership, Person, Role
from portal.audit.models import AuditEntry
from portal.db import db
from portal.paging import Order, keyset
from portal.reading import Reading, twin_of
from portal.stores.models import Contact, Store
from portal.tenancy import NobodyActing, Prepared, WallError, acting_for, all_distributors

STORES = Prepared(select(Store.id, Store.distributor_id, Store.name).order_by(Store.id))
CONTACTS = Reading(Contact, change=lambda statement: statement.order_by(Contact.id))
MEMBERS = Reading(Membership, "person", "role", "store", change=lambda statement: statement.order_by(Membership.id))
ROLES = ("administrator", "manager", "expert", "rep", "store_manager", "store_staff")


@pytest.mark.parametrize("distributor", ["first", "other"])
@pytest.mark.parametrize("role", ROLES)
def test_one_statement_serves_everybody_inside_their_own_walls(act_as, role, distributor):
    with act_as(role, distributor):
        expected = [(s.id, s.distributor_id, s.name) for s in db.session.scalars(select(Store).order_by(Store.id))]
        assert [tuple(row) for row in STORES.rows()] == expected
        assert expected


def test_walls_that_change_within_a_request_change_the_answer(act_as, world):
    with act_as("manager") as viewer:
        ours = STORES.scalars()
        with all_distributors(reason="test"):
            everybodys = STORES.scalars()
        assert set(ours) == set(world.first.stores)
        assert set(everybodys) == set(world.first.stores) | set(world.other.stores)
        with acting_for(viewer.scope):
            assert STORES.scalars() == ours


def test_nobody_acting_reads_nothing(app, world):
    with app.app_context(), pytest.raises(NobodyActing):
        STORES.rows()


def test_a_table_that_is_read_without_its_wall_is_refused(act_as):
    with act_as("manager"), pytest.raises(WallError):
        Prepared(select(Store.id, select(func.count()).select_from(Contact.__table__).scalar_subquery())).rows()


def test_only_a_select_can_be_prepared():
    with pytest.raises(TypeError):
        Prepared(Store.__table__.delete())


def test_what_is_pending_is_seen(act_as):
    with act_as("manager"):
        db.session.add(Store(number="R-1", name="新店"))
        assert "新店" in [row.name for row in STORES.rows()]


def test_what_is_asked_stands_for_the_name_in_the_statement(act_as, world):
    one = Prepared(select(Store.name).where(Store.id == bindparam("store")))
    some = Prepared(select(Store.id).where(Store.id.in_(bindparam("stores", expanding=True))).order_by(Store.id))
    mine, foreign = world.first.stores[0], world.other.stores[0]
    with act_as("manager"):
        assert one.first(store=mine).name == db.session.get(Store, mine).name
        assert one.first(store=foreign) is None
        assert some.scalars(stores=[mine, foreign]) == [mine]
        assert some.scalars(stores=[]) == []


@pytest.mark.parametrize("role", ROLES)
def test_a_row_has_what_the_object_has(act_as, role):
    with act_as(role):
        expected = db.session.scalars(select(Membership).order_by(Membership.id)).all()
        found = MEMBERS.all()
        assert [member.id for member in found] == [member.id for member in expected]
        for member, other in zip(found, expected, strict=True):
            assert (member.person_id, member.active, member.created_at) == (
                other.person_id,
                other.active,
                other.created_at,
            )
            role_row = db.session.get(Role, member.role_id)
            assert member.role.permissions == role_row.permissions
            person = db.session.scalars(select(Person).where(Person.id == member.person_id)).one()
            assert (member.person.name, member.person.email) == (person.name, person.email)
            store = db.session.get(Store, member.store_id) if member.store_id else None
            assert (member.store.name if member.store else None) == (store.name if store else None)


def test_a_row_can_do_what_its_class_can():
    opens = datetime(2026, 3, 2, tzinfo=UTC)
    values = {"state": "published", "deadline_at": opens, "ends_at": opens, "starts_at": opens}
    row = twin_of(Event)()
    vars(row).update(values)
    for minutes in (-1, 1):
        now = opens + timedelta(minutes=minutes)
        assert row.is_open(now) == Event(**values).is_open(now) == (minutes < 0)


def test_what_was_left_out_is_not_there(act_as):
    reading = Reading(Store, without=["address"])
    with act_as("manager"):
        row = reading.all()[0]
        assert row.name
        assert not hasattr(row, "address")


def test_a_row_cannot_be_changed_by_mistake(act_as):
    with act_as("manager"):
        row = Reading(Store).all()[0]
        with pytest.raises(AttributeError, match="load the object to change it"):
            row.name = "changed"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(size=st.integers(1, 7), descending=st.booleans())
def test_pages_of_rows_are_the_pages_of_objects(act_as, size, descending):
    order = [Order(AuditEntry.action, descending), Order(AuditEntry.id, descending)]
    with act_as("administrator"):
        reading, cursors, seen = Reading(AuditEntry), [], []
        rows, objects = keyset(reading, order, None, size), keyset(select(AuditEntry), order, None, size)
        while True:
            assert [row.id for row in rows] == [row.id for row in objects]
            assert (rows.next, rows.previous) == (objects.next, objects.previous)
            seen += [row.id for row in rows]
            if rows.next is None:
                break
            cursors.append(rows.next)
            rows, objects = keyset(reading, order, rows.next, size), keyset(select(AuditEntry), order, rows.next, size)
        assert len(seen) > 3
        assert len(seen) == len(set(seen)) == db.session.scalar(select(func.count()).select_from(AuditEntry))
        back = rows
        while back.previous is not None:
            back = keyset(reading, order, back.previous, size)
        assert [row.id for row in back] == seen[: len(back)]
