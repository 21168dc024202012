"""Personal API tokens: narrowed, shown once, revoked, ended with whom they act for."""

import re
import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import clock
from portal.accounts.models import ApiToken, Membership, Person, Role
from portal.accounts.tokens import MOST_LIVE, create_token, token_viewer
from portal.db import db
from portal.tenancy import Scope, acting_for
from tests.portal.people_kit import database, equip


@pytest.fixture
def browser(client_as):
    """A browser in which the person has just shown who they are."""

    def make(role, distributor="first"):
        client = client_as(role, distributor)
        with client.session_transaction() as session:
            session["fs_paa"] = time.time()
        return client

    return make


def _make(client, **fields):
    wanted = {"name": "till", "reach": "some", "scopes": ["portal.see_stores"], "days": 90, **fields}
    answer = client.post("/account/tokens/new", data=wanted)
    assert (answer.status_code, answer.location) == (302, "/account/tokens"), answer.text
    return re.search(r'value="(sw_[\w-]+)"', client.get(answer.location).text)[1]


def _me(app, raw):
    return app.test_client().get("/api/v1/me", headers={"Authorization": f"Bearer {raw}"})


def test_a_token_does_what_was_chosen_and_no_more(app, browser):
    raw = _make(browser("manager"))
    assert _me(app, raw).json["permissions"] == ["portal.see_stores"]


def test_a_token_for_everything_follows_the_role(app, world, browser):
    raw = _make(browser("manager"), reach="all", scopes=[])
    assert "portal.edit_stores" in _me(app, raw).json["permissions"]
    with database(app):
        role = db.session.scalars(
            select(Role).where(Role.distributor_id == world.first.id, Role.key == "manager")
        ).one()
        role.permissions = ["portal.see_stores"]
    assert _me(app, raw).json["permissions"] == ["portal.see_stores"]


def test_a_token_is_shown_once_and_kept_as_a_hash(app, browser):
    client = browser("manager")
    raw = _make(client)
    page = client.get("/account/tokens").text
    assert raw not in page
    assert raw[:9] in page
    with database(app):
        assert raw not in str(db.session.scalars(select(ApiToken)).one().__dict__)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["portal.manage_people"]}, "scopes"),
        ({"days": 4000}, "days"),
    ],
)
def test_a_token_that_cannot_be_made_says_why(app, browser, fields, field):
    wanted = {"name": "till", "reach": "some", "scopes": ["portal.see_stores"], "days": 90, **fields}
    answer = browser("rep").post("/account/tokens/new", data=wanted)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    with database(app):
        assert db.session.scalars(select(ApiToken)).all() == []


def test_making_a_token_takes_showing_who_one_is(client_as):
    client = client_as("manager")
    assert client.get("/account/tokens/new").location.startswith("/auth/verify")
    assert client.post("/account/tokens/new", data={"name": "x"}).location.startswith("/auth/verify")


def test_a_revoked_token_opens_nothing(app, browser):
    client = browser("manager")
    raw = _make(client)
    with database(app):
        token_id = db.session.scalar(select(ApiToken.id))
    assert client.post(f"/account/tokens/{token_id}/revoke").status_code == 302
    assert _me(app, raw).status_code == 401


def test_nobody_revokes_or_sees_the_token_of_somebody_else(app, browser):
    raw = _make(browser("manager"))
    with database(app):
        token_id = db.session.scalar(select(ApiToken.id))
    for stranger in (browser("administrator"), browser("manager", "other"), browser("store_manager")):
        assert stranger.post(f"/account/tokens/{token_id}/revoke").status_code == 404
        assert raw[:9] not in stranger.get("/account/tokens").text
    assert _me(app, raw).status_code == 200


def test_a_token_ends_on_its_day(app, browser):
    raw = _make(browser("manager"), days=30)
    with app.test_request_context():
        with clock.frozen(clock.now() + timedelta(days=30, minutes=-1)):
            assert token_viewer(raw) is not None
        with clock.frozen(clock.now() + timedelta(days=30, minutes=1)):
            assert token_viewer(raw) is None


@pytest.mark.parametrize("what", ["person", "membership", "store"])
def test_a_token_ends_with_whom_it_acts_for(app, world, browser, what):
    from portal.stores.models import Store

    raw = _make(browser("store_manager"), scopes=["portal.see_own_store"])
    assert _me(app, raw).status_code == 200
    row = {
        "person": (Person, world.first.people["store_manager"]),
        "membership": (Membership, world.first.members["store_manager"]),
        "store": (Store, world.first.stores[0]),
    }[what]
    with database(app):
        db.session.get(*row).active = False
    assert _me(app, raw).status_code == 401


@pytest.mark.parametrize("raw", ["", "sw_", "sw_unknown", "Bearer", "sw_" + "x" * 5000, "ключ"])
def test_what_is_no_token_is_nobody(app, world, raw):
    with app.test_request_context():
        assert token_viewer(raw) is None


def test_the_last_use_is_noted_at_most_once_an_hour(app, browser):
    raw = _make(browser("manager"))

    def noted():
        with database(app):
            return db.session.scalars(select(ApiToken)).one().last_used_at

    assert noted() is None
    now = clock.now()
    with clock.frozen(now):
        assert _me(app, raw).status_code == 200
    assert noted() == now
    with clock.frozen(now + timedelta(minutes=59)):
        _me(app, raw)
    assert noted() == now
    with clock.frozen(now + timedelta(minutes=61)):
        _me(app, raw)
    assert noted() == now + timedelta(minutes=61)


def test_a_use_that_writes_is_noted_in_the_same_transaction(app, world, act_as):
    with act_as("manager") as viewer:
        _, raw = create_token(viewer.membership, "script")
    with database(app):  # a writing transaction
        assert token_viewer(raw) is not None
    with database(app):
        assert db.session.scalars(select(ApiToken)).one().last_used_at is not None


def test_there_is_an_end_to_the_number_of_tokens(app, world, browser):
    with database(app), acting_for(Scope(world.first.id)):
        member = db.session.get(Membership, world.first.members["manager"])
        for index in range(MOST_LIVE):
            create_token(member, f"token {index}")
    wanted = {"name": "one more", "reach": "all", "days": 90}
    assert browser("manager").post("/account/tokens/new", data=wanted).status_code == 422


def test_a_new_password_leaves_tokens_and_an_erased_person_loses_them(app, world, browser):
    client = browser("rep")
    raw = _make(client)
    equip(app, world.first.people["rep"], password="four green doors")
    assert _me(app, raw).status_code == 200
    assert client.post("/account/data/erase", data={"sure": "y"}).status_code == 302
    assert _me(app, raw).status_code == 401


def test_the_page_of_tokens_costs_few_queries(browser, count_queries):
    client = browser("manager")
    _make(client)
    with count_queries() as queries:
        assert client.get("/account/tokens").status_code == 200
    assert len(queries) <= 6
