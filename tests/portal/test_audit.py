"""The audit log: searched, exported, and not to be changed by anybody."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from portal import clock, schema
from portal.accounts.models import Person
from portal.audit.guards import create_audit_guards
from portal.audit.models import AuditEntry, AuditTampering
from portal.audit.services import record
from portal.db import db
from portal.stores.models import Store
from tests.portal.people_kit import database, equip

NOON = datetime(2026, 3, 12, 4, tzinfo=UTC)  # noon in Shanghai


@pytest.fixture
def entries(app, world, act_as):
    """Three of the manager on three days, one of the expert, one of another distributor."""
    equip(app, world.first.people["manager"], name="韩主管")
    equip(app, world.first.people["expert"], name="何老师")
    for days in range(3):
        with act_as("manager"), clock.frozen(NOON + timedelta(days=days)):
            record("stores.changed", db.session.get(Store, world.first.stores[days]), day=days)
            db.session.flush()
    with act_as("expert"), clock.frozen(NOON):
        record("shelf.tidied", reason="=1+1")
        db.session.flush()
    with act_as("manager", "other"), clock.frozen(NOON):
        record("stores.changed", db.session.get(Store, world.other.stores[0]))


def _found(client, **query):
    page = client.get("/audit", query_string=query)
    assert page.status_code == 200
    return re.findall(r"day: (\d)|reason: (=1\+1)", page.text)


def test_the_log_shows_who_did_what_and_nothing_of_others(client_as, entries, count_queries):
    client = client_as("administrator")
    with count_queries() as queries:
        page = client.get("/audit").text
    assert len(queries) <= 6
    assert "韩主管" in page
    assert "changed a store" in page
    assert _found(client_as("administrator", "other"), action="stores") == []


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ({"q": "韩"}, "210"),
        ({"q": "MANAGER@first.example"}, "210"),
        ({"q": "何"}, ""),
        ({"action": "stores"}, "210"),
        ({"action": "stores.changed"}, "210"),
        ({"action": "stores.added"}, ""),
        ({"action": "store"}, ""),
        ({"from": "2026-03-13"}, "21"),
        ({"until": "2026-03-13"}, "10"),
        ({"from": "2026-03-13", "until": "2026-03-13"}, "1"),
        ({"from": "not a day"}, "210"),
    ],
)
def test_the_log_is_searched_by_person_action_and_day(client_as, entries, query, days):
    assert "".join(day for day, _ in _found(client_as("administrator"), **query)) == days


def test_a_day_is_the_distributors_day(app, world, client_as, act_as):
    with act_as("manager"), clock.frozen(datetime(2026, 3, 12, 15, 59, tzinfo=UTC)):
        record("stores.changed", day=1)  # 23:59 in Shanghai
        db.session.flush()
    with act_as("manager"), clock.frozen(datetime(2026, 3, 12, 16, 0, tzinfo=UTC)):
        record("stores.changed", day=2)  # midnight
        db.session.flush()
    client = client_as("administrator")
    assert "".join(day for day, _ in _found(client, until="2026-03-12")) == "1"
    assert "".join(day for day, _ in _found(client, **{"from": "2026-03-13"})) == "2"


def test_the_log_is_narrowed_to_an_object_and_to_a_person(app, world, client_as, entries):
    client = client_as("administrator")
    assert _found(client, object=f"portal_store:{world.first.stores[1]}") == [("1", "")]
    assert _found(client, object="portal_store") == [("2", ""), ("1", ""), ("0", "")]
    assert len(_found(client, person=world.first.people["manager"])) == 3
    assert _found(client, object="portal_store:x' OR 1=1") == [("2", ""), ("1", ""), ("0", "")]


def test_another_distributors_person_has_no_name_here(world, client_as, entries):
    page = client_as("administrator", "other").get(f"/audit?person={world.first.people['manager']}").text
    assert "韩主管" not in page


def test_the_log_is_paged(app, world, client_as, act_as):
    with act_as("manager"), clock.frozen(NOON):
        for number in range(60):
            record("shelf.tidied", number=number)
            db.session.flush()
    client = client_as("administrator")
    seen, path = [], "/audit?action=shelf"
    while path:
        page = client.get(path).text
        seen += re.findall(r"Number: (\d+)", page)
        older = re.search(r'href="([^"]*)"[^>]*rel="next"', page)
        path = older[1].replace("&amp;", "&") if older else ""
    assert seen == [str(number) for number in range(59, -1, -1)]


def test_the_export_has_what_the_page_is_narrowed_to_and_no_formula(client_as, entries):
    client = client_as("administrator")
    answer = client.get("/audit/export?format=csv&action=shelf&q=何")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert answer.mimetype == "text/csv"
    assert len(rows) == 2
    assert not [cell for row in rows for cell in row if cell.startswith("=")]
    assert client.get("/audit/export").data[:2] == b"PK"
    assert [day for day, _ in _found(client, action="audit.exported")] == []
    assert "exported the audit log" in client.get("/audit?action=audit.exported").text


@pytest.mark.parametrize("role", ["manager", "expert", "rep", "store_manager", "store_staff"])
def test_the_log_is_for_who_may_read_it(client_as, role):
    client = client_as(role)
    assert client.get("/audit").status_code == 403
    assert client.get("/audit/export").status_code == 403


def test_the_code_cannot_change_the_past(app, world, act_as, entries):
    with act_as("manager"):
        entry = db.session.scalars(select(AuditEntry)).first()
        entry.action = "nothing.happened"
        with pytest.raises(AuditTampering):
            db.session.flush()
        db.session.rollback()
        db.session.delete(db.session.scalars(select(AuditEntry)).first())
        with pytest.raises(AuditTampering):
            db.session.flush()
        db.session.rollback()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE portal_audit SET action = 'nothing.happened'",
        "DELETE FROM portal_audit",
        "DELETE FROM portal_distributor",
    ],
)
def test_nobody_with_a_connection_can_change_the_past(app, world, entries, statement):
    with app.app_context(), db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT set_config('app.distributor', '*', true)"))
        before = connection.execute(text("SELECT count(*) FROM portal_audit")).scalar()
        assert before >= 5
        with pytest.raises(DatabaseError, match="append-only"):
            connection.execute(text(statement))
        connection.rollback()
    with database(app):
        assert len(db.session.scalars(select(AuditEntry)).all()) == before


def test_the_guards_can_be_put_up_again_and_again(app, world):
    with app.app_context(), schema.migration_engine() as engine:
        for _ in range(2):
            with engine.begin() as connection:
                create_audit_guards(connection)
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT set_config('app.distributor', '*', true)"))
            with pytest.raises(DatabaseError, match="append-only"):
                connection.execute(text("DELETE FROM portal_audit"))
            connection.rollback()


def test_a_person_who_is_gone_keeps_the_number_in_the_log(app, world, entries):
    with database(app):
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "shelf.tidied")).one()
        assert entry.person_id == world.first.people["expert"]
        assert db.session.get(Person, entry.person_id) is not None
