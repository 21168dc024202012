"""Advice is published at its time when a second person has approved it, and leaves the lists after its last day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from plugins.advice.library import jobs, planning, queries, services
from plugins.advice.library.services import Draft
from plugins.advice.models import DRAFT, PUBLISHED, Note, Recipient
from portal import clock
from portal.db import db
from portal.errors import RuleBroken
from portal.stores.audience import Audience
from portal.stores.models import Store

NOON = datetime(2026, 3, 10, 4, tzinfo=UTC)  # noon in Shanghai
LATER = NOON + timedelta(hours=2)


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(NOON):
        yield


def write(act_as, text="一"):
    with act_as("expert") as viewer:
        note = services.write_note(
            Draft("清一次临期", "inventory", text, audience=Audience(regions=("城南",))), by=viewer
        )
        db.session.flush()
        return note.id


def plan(act_as, note_id, role="manager", at=LATER):
    with act_as(role) as viewer:
        planning.plan(queries.visible(note_id, viewer)[0], at, by=viewer)


def change(act_as, note_id, text):
    with act_as("expert") as viewer:
        draft = Draft("清一次临期", "inventory", text, audience=Audience(regions=("城南",)))
        services.change_note(queries.visible(note_id, viewer)[0], draft, by=viewer)


def run(act_as, at, job=jobs.keep_time):
    with clock.frozen(at), act_as("administrator"):
        job()


def state(act_as, note_id):
    with act_as("manager"):
        note = db.session.get_one(Note, note_id)
        return note.state, note.version, note.text, note.publish_at


def test_it_is_published_at_its_time_and_not_before(act_as, client_as):
    note_id = write(act_as)
    plan(act_as, note_id)
    run(act_as, LATER - timedelta(minutes=1))
    assert state(act_as, note_id) == (DRAFT, 1, "一", LATER)
    assert client_as("store_manager").get(f"/advice/{note_id}").status_code == 404
    run(act_as, LATER)
    assert state(act_as, note_id) == (PUBLISHED, 1, "一", None)
    assert client_as("store_manager").get(f"/advice/{note_id}").status_code == 200
    with act_as("manager") as viewer:
        assert queries.version(note_id, 1).approved_by_id == viewer.person.id


def test_who_wrote_it_does_not_plan_it_on_pages_or_by_programs(act_as, client_as, api_as):
    note_id = write(act_as)
    with pytest.raises(RuleBroken, match="second person"):
        plan(act_as, note_id, "expert")
    form = {"publish_at": "2026-03-10T14:00"}
    assert client_as("expert").post(f"/advice/{note_id}/plan", data=form).status_code == 422
    told = {"publish_at": "2026-03-10T14:00:00+08:00"}
    assert api_as("expert").put(f"/api/v1/advice/{note_id}/plan", json=told).status_code == 422
    assert api_as("manager").put(f"/api/v1/advice/{note_id}/plan", json=told).status_code == 200
    assert state(act_as, note_id)[3] == datetime(2026, 3, 10, 6, tzinfo=UTC)
    assert api_as("manager").delete(f"/api/v1/advice/{note_id}/plan").status_code == 204
    assert state(act_as, note_id)[3] is None


def test_the_time_typed_is_that_of_the_distributor_and_lies_ahead(act_as, client_as):
    note_id = write(act_as)
    manager = client_as("manager")
    past = manager.post(f"/advice/{note_id}/plan", data={"publish_at": "2026-03-10T11:59"})
    assert past.status_code == 422
    assert "Must not lie in the past" in past.text
    assert manager.post(f"/advice/{note_id}/plan", data={"publish_at": "2026-03-10T14:00"}).status_code == 302
    assert state(act_as, note_id)[3] == LATER
    assert "14:00" in manager.get(f"/advice/{note_id}").text
    assert manager.post(f"/advice/{note_id}/plan/cancel").status_code == 302
    assert manager.post(f"/advice/{note_id}/plan/cancel").status_code == 422


def test_what_was_changed_after_the_approval_is_not_published_by_itself(act_as):
    note_id = write(act_as)
    plan(act_as, note_id)
    change(act_as, note_id, "二")
    run(act_as, LATER)
    assert state(act_as, note_id) == (DRAFT, 1, "二", None)


def test_a_new_version_comes_at_its_time(act_as):
    note_id = write(act_as)
    plan(act_as, note_id)
    run(act_as, LATER)
    change(act_as, note_id, "二")
    plan(act_as, note_id, at=LATER + timedelta(days=1))
    run(act_as, LATER + timedelta(days=1))
    assert state(act_as, note_id) == (PUBLISHED, 2, "二", None)


def test_after_its_last_day_a_store_is_not_asked_any_more_but_finds_it(act_as, client_as):
    note_id = write(act_as)
    plan(act_as, note_id)
    run(act_as, LATER)
    manager, store = client_as("manager"), client_as("store_manager")
    assert manager.post(f"/advice/{note_id}/valid", data={"valid_until": "2026-03-09"}).status_code == 422
    assert manager.post(f"/advice/{note_id}/valid", data={"valid_until": "2026-03-11"}).status_code == 302
    run(act_as, datetime(2026, 3, 11, 15, 59, tzinfo=UTC))  # a minute before midnight in Shanghai
    assert "清一次临期" in store.get("/advice/").text
    run(act_as, datetime(2026, 3, 11, 16, tzinfo=UTC))
    assert "清一次临期" not in store.get("/advice/").text
    assert "清一次临期" in store.get("/advice/?state=all").text
    with act_as("store_manager"):
        assert not queries.open_for_store(5)
        assert db.session.scalar(queries.open_count()) == 0


def test_a_store_that_fits_later_gets_it_too(act_as):
    note_id = write(act_as)
    plan(act_as, note_id)
    run(act_as, LATER)
    with act_as("administrator"):
        before = set(db.session.scalars(select(Recipient.store_id)))
        moved = db.session.scalars(
            select(Store).where(Store.active, Store.id.not_in(before)).order_by(Store.id)
        ).first()
        moved.region = "城南"
        expected = before | {moved.id}
    for _night in range(2):
        run(act_as, LATER + timedelta(days=1), jobs.new_stores)
    with act_as("administrator"):
        assert sorted(db.session.scalars(select(Recipient.store_id))) == sorted(expected)


def test_another_distributor_and_people_who_may_not_publish_are_kept_out(act_as, client_as, api_as):
    note_id = write(act_as)
    at, until = {"publish_at": "2026-03-10T14:00"}, {"valid_until": date(2026, 4, 1).isoformat()}
    for action, data in (("plan", at), ("plan/cancel", {}), ("valid", until)):
        assert client_as("manager", "other").post(f"/advice/{note_id}/{action}", data=data).status_code == 404
        assert client_as("rep").post(f"/advice/{note_id}/{action}", data=data).status_code == 403
    assert api_as("rep").put(f"/api/v1/advice/{note_id}/validity", json=until).status_code == 403


def test_who_publishes_sees_which_stores_it_goes_to(act_as, client_as):
    note_id = write(act_as)
    page = client_as("manager").get(f"/advice/{note_id}").text
    assert "It goes to 2 stores" in page


def test_what_was_withdrawn_does_not_come_back_by_itself(act_as):
    note_id = write(act_as)
    with act_as("manager") as viewer:
        services.publish(queries.visible(note_id, viewer)[0], by=viewer)
    change(act_as, note_id, "二")
    plan(act_as, note_id)
    with act_as("manager") as viewer:
        services.withdraw(queries.visible(note_id, viewer)[0])
    run(act_as, LATER + timedelta(minutes=1))
    assert state(act_as, note_id)[:3] == ("withdrawn", 1, "一")
