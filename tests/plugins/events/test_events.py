from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from plugins.events import contributions, queries, services
from plugins.events.models import CONFIRMED, WAITING, Event, Registration
from plugins.events.services import EventPlan
from portal import clock
from portal.contracts import BriefingQuery, Span
from portal.db import db
from portal.errors import Conflict, RuleBroken
from portal.stores.audience import Audience
from portal.stores.models import Store


def plan(**changes):
    start = clock.now() + timedelta(days=7)
    values = {
        "title": "饮料旺季订货会",
        "kind": "order_meeting",
        "starts_at": start,
        "ends_at": start + timedelta(hours=3),
        "deadline_at": start - timedelta(days=1),
        "seats": 3,
    }
    return EventPlan(**(values | changes))


@pytest.fixture
def event_id(act_as):
    """A published event with three seats, two per store."""
    with act_as("manager") as viewer:
        event = services.plan_event(plan(), by=viewer)
        db.session.flush()
        services.publish_event(event)
        return event.id


def sign_up(act_as, event_id, role, names):
    with act_as(role) as viewer:
        return services.sign_up(queries.visible(event_id, viewer), viewer.store.id, names, by=viewer).state


def test_seats_are_never_oversold_and_the_rest_waits(act_as, event_id):
    assert sign_up(act_as, event_id, "store_manager", ["林", "陈"]) == CONFIRMED
    assert sign_up(act_as, event_id, "store_manager:1", ["王", "李"]) == WAITING
    assert sign_up(act_as, event_id, "store_manager:2", ["赵"]) == CONFIRMED
    with act_as("manager"):
        assert db.session.get(Event, event_id).seats_taken == 3


def state_of(act_as, event_id, role):
    with act_as(role) as viewer:
        return queries.live_registration(event_id, viewer.store.id).state


def test_freed_seats_go_to_the_first_on_the_list(act_as, event_id, run_jobs):
    sign_up(act_as, event_id, "store_manager", ["林", "陈"])
    sign_up(act_as, event_id, "store_manager:1", ["王", "李"])
    run_jobs()
    assert state_of(act_as, event_id, "store_manager:1") == WAITING
    with act_as("store_manager") as viewer:
        event = queries.visible(event_id, viewer)
        services.cancel_registration(event, queries.live_registration(event_id, viewer.store.id))
    run_jobs()
    assert state_of(act_as, event_id, "store_manager:1") == CONFIRMED


def test_so_do_the_seats_of_a_store_that_comes_with_fewer(act_as, event_id, run_jobs):
    sign_up(act_as, event_id, "store_manager", ["林", "陈"])
    sign_up(act_as, event_id, "store_manager:1", ["王", "李"])
    with act_as("store_manager") as viewer:
        event = queries.visible(event_id, viewer)
        services.change_attendees(event, queries.live_registration(event_id, viewer.store.id), ["林"])
    run_jobs()
    assert state_of(act_as, event_id, "store_manager:1") == CONFIRMED


def test_so_do_seats_that_are_added(act_as, event_id, run_jobs):
    sign_up(act_as, event_id, "store_manager", ["林", "陈"])
    sign_up(act_as, event_id, "store_manager:1", ["王", "李"])
    with act_as("manager"):
        services.change_event(db.session.get_one(Event, event_id), plan(seats=4))
    run_jobs()
    assert state_of(act_as, event_id, "store_manager:1") == CONFIRMED


def test_a_store_signs_up_once(act_as, event_id):
    sign_up(act_as, event_id, "store_manager", ["林"])
    with act_as("store_staff") as viewer:
        event = queries.visible(event_id, viewer)
        with pytest.raises(Conflict):
            services.sign_up(event, viewer.store.id, ["陈"], by=viewer)
        assert event.seats_taken == 1  # what the second had taken is given back


def test_a_store_that_does_not_come_reads_so_until_it_signs_up(client_as, act_as, event_id):
    client = client_as("store_manager")
    client.post(f"/events/{event_id}/decline")
    assert "You do not come" in client.get("/events/").text
    assert "your store does not come" in client.get(f"/events/{event_id}").text
    client.post(f"/events/{event_id}/registration", data={"attendees": "林"})
    with act_as("store_manager") as viewer:
        event = queries.visible(event_id, viewer)
        services.cancel_registration(event, queries.live_registration(event_id, viewer.store.id))
    assert "You do not come" not in client.get("/events/").text


def test_two_taps_make_one_registration(client_as, act_as, event_id):
    client = client_as("store_manager")
    form = {"attendees": "林\n陈", "once_key": "the-same-tap"}
    first = client.post(f"/events/{event_id}/registration", data=form)
    second = client.post(f"/events/{event_id}/registration", data=form)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.location == second.location
    with act_as("manager"):
        assert len(db.session.scalars(select(Registration)).all()) == 1


def test_more_people_than_the_store_may_send_is_refused_and_kept(client_as, event_id):
    answer = client_as("store_manager").post(f"/events/{event_id}/registration", data={"attendees": "甲\n乙\n丙"})
    assert answer.status_code == 422
    assert "甲" in answer.text and "At most 2 people per store." in answer.text


def test_an_event_for_one_region_is_seen_there_only(act_as, client_as):
    with act_as("manager") as viewer:
        event = services.plan_event(plan(audience=Audience(regions=("城北",))), by=viewer)
        db.session.flush()
        services.publish_event(event)
        event_id = event.id
    assert client_as("store_manager:1").get(f"/events/{event_id}").status_code == 200
    assert client_as("store_manager").get(f"/events/{event_id}").status_code == 404
    assert client_as("store_manager", "other").get(f"/events/{event_id}").status_code == 404


def test_a_draft_is_seen_by_our_people_only(act_as, client_as):
    with act_as("manager") as viewer:
        event = services.plan_event(plan(), by=viewer)
        db.session.flush()
        event_id = event.id
    assert client_as("store_manager").get(f"/events/{event_id}").status_code == 404
    assert client_as("rep").get(f"/events/{event_id}").status_code == 200


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends_at": clock.now()}, "ends_at"),
        ({"deadline_at": clock.now() + timedelta(days=30)}, "deadline_at"),
        ({"seats": 0}, "seats"),
        ({"seats_per_store": 9}, "seats_per_store"),
        ({"kind": "party"}, "kind"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused_at_its_field(act_as, changes, field):
    with act_as("manager") as viewer, pytest.raises(RuleBroken) as caught:
        services.plan_event(plan(**changes), by=viewer)
    assert caught.value.field == field


def test_capacity_cannot_fall_below_the_sign_ups(act_as, event_id):
    sign_up(act_as, event_id, "store_manager", ["林", "陈"])
    with act_as("manager") as viewer, pytest.raises(RuleBroken) as caught:
        services.change_event(queries.visible(event_id, viewer), plan(seats=1, seats_per_store=1))
    assert caught.value.field == "seats"


def test_pages_stay_within_their_queries(client_as, event_id, count_queries):
    for role, path, most in (
        ("manager", "/events/", 8),
        ("store_manager", "/events/", 8),
        ("store_manager", f"/events/{event_id}", 8),
        ("manager", f"/events/{event_id}", 10),
    ):
        client = client_as(role)
        with count_queries() as sent:
            assert client.get(path).status_code == 200, (role, path)
        assert len(sent) <= most, (role, path, sent.sent)


def test_planning_takes_the_permission(client_as, event_id):
    for role in ("store_manager", "rep", "expert"):
        assert client_as(role).get("/events/new").status_code == 403
        assert client_as(role).post(f"/events/{event_id}/close").status_code == 403


def test_a_briefing_tells_a_store_of_no_event_that_it_is_not_invited_to(act_as, world, event_id):
    with act_as("manager") as viewer:
        for title, index in (("小型培训", 0), ("另一家的培训", 1)):
            chosen = Audience(store_ids=(world.first.stores[index],))
            event = services.plan_event(plan(title=title, audience=chosen), by=viewer)
            db.session.flush()
            services.publish_event(event)
        span = Span(clock.now(), clock.now() + timedelta(days=30))
        store = db.session.get_one(Store, world.first.stores[0])
        told = {who: told_events(BriefingQuery(who, span, "en")) for who in (None, store)}
    assert told == {None: ["饮料旺季订货会"], store: ["小型培训"]}


def told_events(query):
    return [row[1] for part in contributions.briefing_sections(query) for table in part.tables for row in table.rows]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(["store_manager", "store_manager:1", "store_manager:2"]), st.integers(0, 2)),
        max_size=12,
    )
)
def test_seats_taken_always_equal_the_confirmed_seats(act_as, world, history):
    with act_as("manager") as viewer:
        event = services.plan_event(plan(), by=viewer)
        db.session.flush()
        services.publish_event(event)
        event_id = event.id
    for role, people in history:
        with act_as(role) as viewer:
            event = queries.visible(event_id, viewer)
            mine = queries.live_registration(event_id, viewer.store.id)
            try:
                if people == 0 and mine is not None:
                    services.cancel_registration(event, mine)
                elif people and mine is None:
                    services.sign_up(event, viewer.store.id, ["x"] * people, by=viewer)
                elif people:
                    services.change_attendees(event, mine, ["x"] * people)
            except Conflict:
                pass
        with act_as("manager"):
            services.promote_waiting(event_id)
    with act_as("manager"):
        live = db.session.scalars(
            select(Registration).where(Registration.event_id == event_id, Registration.cancelled_at.is_(None))
        ).all()
        confirmed = sum(r.seats for r in live if r.state == CONFIRMED)
        assert db.session.get(Event, event_id).seats_taken == confirmed <= 3
