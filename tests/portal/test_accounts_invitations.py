"""Invitations: one link, one person, one place; clear words when it does not work."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from portal import clock
from portal.accounts.invitations import Guest, invite
from portal.accounts.models import Invitation, Membership, Person, Role
from portal.accounts.services import join
from portal.audit.models import AuditEntry
from portal.db import db
from portal.errors import NotAllowed, RuleBroken
from portal.stores.models import Store
from portal.tenancy import Scope, acting_for
from tests.portal.people_kit import ANOTHER, PASSWORD, database, equip, is_in, log_in, person, waiting_letters

GUEST = {"name": "新店长", "phone": "139 0000 1234", "email": "guest@shop.example"}


@pytest.fixture
def role_ids(app, world):
    with database(app):
        rows = db.session.scalars(select(Role)).all()
        return {("other" if row.distributor_id == world.other.id else "first", row.key): row.id for row in rows}


def _invite(client, role_id, **fields):
    """Fill the form as an administrator does; the path of the link that is then shown."""
    answer = client.post("/admin/people/invite", data={**GUEST, "role": role_id, "store": "0001", **fields})
    assert answer.status_code == 302, answer.text
    page = client.get(answer.location)
    return re.search(r'value="http://127.0.0.1:8000(/join/[^"]+)"', page.text)[1]


@pytest.fixture
def link(client_as, role_ids):
    return _invite(client_as("administrator"), role_ids["first", "store_manager"])


def _join(client, link, **fields):
    return client.post(link, data={"name": "新店长", "password": PASSWORD, "again": PASSWORD, **fields})


def test_a_guest_follows_the_link_and_lands_on_today(app, world, link):
    client = app.test_client()
    page = client.get(link, headers={"Accept-Language": "en"})
    assert page.status_code == 200
    assert "禾川商贸" in page.text
    assert "+8613900001234" in page.text
    answer = _join(client, link)
    assert (answer.status_code, answer.location) == (302, "/today")
    today = client.get("/today")
    assert today.status_code == 200
    assert "禾川城南路店" in today.text
    assert log_in(app.test_client(), "13900001234").status_code == 302
    assert log_in(app.test_client(), "guest@shop.example").status_code == 302
    with database(app):
        joined = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "person.joined")).all()[-1]
        assert joined.person_id == db.session.scalar(select(Person.id).where(Person.email == "guest@shop.example"))


@pytest.mark.parametrize(("header", "language"), [("en-GB", "en"), ("zh-CN", "zh_Hans")])
def test_the_language_in_which_a_guest_comes_in_is_theirs_from_then_on(app, world, link, header, language):
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = header
    client.get(link)
    _join(client, link)
    with database(app):
        assert db.session.scalar(select(Person.language).where(Person.email == "guest@shop.example")) == language


def test_the_link_is_shown_once_as_text_and_picture_and_kept_as_a_hash(app, client_as, role_ids):
    client = client_as("administrator")
    link = _invite(client, role_ids["first", "rep"], store="")
    secret = link.rpartition("/")[2]
    with database(app):
        invitation = db.session.scalars(select(Invitation)).one()
        assert secret not in str(invitation.__dict__)
    page = client.get(f"/admin/people/invitations/{invitation.id}").text
    assert secret in page
    assert "data:image/svg+xml" in page
    assert secret not in client_as("administrator").get(f"/admin/people/invitations/{invitation.id}").text


def test_the_letter_proves_the_address_and_the_shown_link_does_not(app, link):
    (letter,) = waiting_letters(app)
    assert letter.to == "guest@shop.example"
    assert letter.link.startswith(link + "?by=")
    assert "禾川商贸" in letter.subject
    _join(app.test_client(), letter.link)
    with database(app):
        assert db.session.scalars(select(Person).where(Person.email == "guest@shop.example")).one().confirmed_at


@pytest.mark.parametrize("proof", ["", "?by=", "?by=wrong"])
def test_who_got_the_link_otherwise_has_not_proven_the_address(app, link, proof):
    _join(app.test_client(), link + proof)
    with database(app):
        assert db.session.scalars(select(Person).where(Person.email == "guest@shop.example")).one().confirmed_at is None


def test_two_taps_make_one_person_and_one_membership(app, link):
    client, same_phone = app.test_client(), app.test_client()
    assert _join(client, link).location == "/today"
    assert _join(same_phone, link).location == "/today"
    assert is_in(same_phone)
    with database(app):
        person_id = db.session.scalar(select(Person.id).where(Person.email == "guest@shop.example"))
        assert db.session.scalar(select(func.count(Membership.id)).where(Membership.person_id == person_id)) == 1


def test_a_used_link_lets_nobody_else_in(app, link):
    _join(app.test_client(), link)
    thief = app.test_client()
    assert thief.get(link).status_code == 410
    assert _join(thief, link, password=ANOTHER, again=ANOTHER).status_code == 410
    assert not is_in(thief)
    with clock.frozen(clock.now() + timedelta(minutes=5)):
        assert _join(thief, link).status_code == 410  # not even with the right password, later


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_links_that_do_not_work_say_why(app, client_as, link, language):
    headers = {"Accept-Language": language}
    with clock.frozen(clock.now() + timedelta(days=7, minutes=1)):
        too_old = app.test_client().get(link, headers=headers)
        assert _join(app.test_client(), link).status_code == 410
    unknown = app.test_client().get("/join/of-nobody", headers=headers)
    assert app.test_client().post("/join/of-nobody", data={"name": "x"}).status_code == 404
    with database(app):
        invitation_id = db.session.scalar(select(Invitation.id))
    client_as("administrator").post(f"/admin/people/invitations/{invitation_id}/revoke")
    revoked = app.test_client().get(link, headers=headers)
    assert _join(app.test_client(), link).status_code == 410
    assert (too_old.status_code, unknown.status_code, revoked.status_code) == (410, 404, 410)
    titles = [re.search(r"<h1[^>]*>([^<]+)<", page.text)[1] for page in (too_old, unknown, revoked)]
    assert len(set(titles)) == 3


def test_a_new_link_makes_the_old_one_worthless(app, client_as, link):
    client = client_as("administrator")
    with database(app):
        invitation_id = db.session.scalar(select(Invitation.id))
    answer = client.post(f"/admin/people/invitations/{invitation_id}/resend")
    page = client.get(answer.location).text
    again = re.search(r'value="http://127.0.0.1:8000(/join/[^"]+)"', page)[1]
    assert app.test_client().get(link).status_code == 404
    assert _join(app.test_client(), again).location == "/today"
    assert len(waiting_letters(app)) == 2


def test_inviting_the_same_guest_again_replaces_the_first_invitation(app, client_as, role_ids, link):
    second = _invite(client_as("administrator"), role_ids["first", "store_staff"])
    assert app.test_client().get(link).status_code == 410
    assert app.test_client().get(second).status_code == 200


def test_somebody_with_an_account_logs_in_and_joins(app, world, client_as, role_ids):
    equip(app, world.other.people["store_manager"], phone="+8613900001234")
    link = _invite(client_as("administrator"), role_ids["first", "store_manager"], email="")
    client = app.test_client()
    page = client.get(link)
    assert f'href="/auth/login?next={link}"' in page.text
    assert 'name="password"' not in page.text
    log_in(client, "13900001234", next=link)
    assert client.get(link).status_code == 200
    assert client.post(link).location == "/today"
    assert "禾川" in client.get("/today").text
    with database(app):
        mine = select(func.count(Membership.id)).where(Membership.person_id == world.other.people["store_manager"])
        assert db.session.scalar(mine) == 2
    assert client.post(link).status_code == 422


def test_a_known_address_is_never_given_a_new_password_by_an_invitation(app, world, client_as, role_ids):
    equip(app, world.other.people["store_manager"], phone="+8613900001234")
    link = _invite(client_as("administrator"), role_ids["first", "store_manager"], email="")
    assert _join(app.test_client(), link, password=ANOTHER, again=ANOTHER).status_code == 422
    assert log_in(app.test_client(), "13900001234", ANOTHER).status_code == 422
    assert log_in(app.test_client(), "13900001234", PASSWORD).status_code == 302


def test_an_administrator_who_opens_the_link_keeps_the_own_place(app, world, client_as, link):
    client = client_as("administrator")
    with database(app):
        member = db.session.get(Membership, world.first.members["administrator"])
        before = (member.role_id, member.store_id)
    own = _invite(client, before[0], store="", email="second@shop.example", phone="")
    assert client.get(own).status_code == 200
    assert client.post(own).status_code == 422
    assert _join(app.test_client(), own).location == "/today"
    with database(app):
        member = db.session.get(Membership, world.first.members["administrator"])
        assert (member.role_id, member.store_id) == before


def test_a_member_is_not_invited_to_the_same_place_twice(app, world, client_as, role_ids):
    answer = client_as("administrator").post(
        "/admin/people/invite",
        data={"email": "STORE_manager@first.example", "role": role_ids["first", "store_staff"], "store": "0001"},
    )
    assert answer.status_code == 422
    assert "member here already" in answer.text


def test_somebody_who_had_left_comes_back_in_the_new_role(app, world, client_as, role_ids):
    member_id = world.first.members["store_staff"]
    equip(app, world.first.people["store_staff"], phone="+8613900001234")
    with database(app):
        db.session.get(Membership, member_id).active = False
    link = _invite(client_as("administrator"), role_ids["first", "store_manager"], email="")
    client = app.test_client()
    log_in(client, "13900001234")
    assert client.post(link).location == "/today"
    with database(app):
        member = db.session.get(Membership, member_id)
        assert (member.active, member.role_id) == (True, role_ids["first", "store_manager"])


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"email": "", "phone": ""}, "phone"),
        ({"email": "not an address"}, "email"),
        ({"phone": "12"}, "phone"),
        ({"store": ""}, "store"),
        ({"store": "9999"}, "store"),
        ({"store": "禾川"}, "store"),
        ({"role": "999999"}, "role"),
    ],
)
def test_what_is_wrong_with_an_invitation_is_said_at_its_field(client_as, role_ids, fields, field):
    wanted = {**GUEST, "role": role_ids["first", "store_manager"], "store": "0001", **fields}
    answer = client_as("administrator").post("/admin/people/invite", data=wanted)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert 'value="新店长"' in answer.text


def test_a_store_is_found_by_a_name_that_only_one_has(app, world, client_as, role_ids):
    _invite(client_as("administrator"), role_ids["first", "store_manager"], store="学府路")
    with database(app):
        assert db.session.scalars(select(Invitation)).one().store_id == world.first.stores[1]


def test_a_store_is_found_by_its_whole_name_though_others_begin_with_it(app, world, client_as, role_ids):
    with database(app), acting_for(Scope(world.first.id)):
        first, second = (db.session.get(Store, store_id) for store_id in world.first.stores[:2])
        first.name, second.name = "晨光便利 · 桥头街", "晨光便利 · 桥头街二店"
    _invite(client_as("administrator"), role_ids["first", "store_manager"], store="晨光便利 · 桥头街")
    with database(app):
        assert db.session.scalars(select(Invitation)).one().store_id == world.first.stores[0]


def test_the_role_of_another_distributor_cannot_be_given(client_as, role_ids):
    answer = client_as("administrator").post(
        "/admin/people/invite", data={**GUEST, "role": role_ids["other", "administrator"], "store": ""}
    )
    assert answer.status_code == 422


@pytest.mark.parametrize("role", ["manager", "expert", "rep", "store_manager", "store_staff"])
def test_only_administrators_invite_on_the_distributors_side(client_as, role):
    client = client_as(role)
    assert client.get("/admin/people/invite").status_code == 403
    assert client.post("/admin/people/invite", data=GUEST).status_code == 403


def test_a_store_manager_invites_to_the_own_store_whatever_is_sent(app, world, client_as, role_ids):
    client = client_as("store_manager")
    answer = client.post(
        "/colleagues/invite", data={**GUEST, "role": role_ids["first", "store_staff"], "store": "0002"}
    )
    assert answer.status_code == 302
    with database(app):
        invitation = db.session.scalars(select(Invitation)).one()
        assert invitation.store_id == world.first.stores[0]
    assert (
        client.post("/colleagues/invite", data={**GUEST, "role": role_ids["first", "administrator"]}).status_code == 422
    )
    assert client_as("store_staff").get("/colleagues").status_code == 403
    assert client_as("administrator").get("/colleagues").status_code == 403


def test_a_store_manager_sees_and_ends_invitations_of_the_own_store_alone(app, world, client_as, role_ids, link):
    with database(app):
        own = db.session.scalar(select(Invitation.id))
    other = client_as("store_manager:1")
    for path in (f"/colleagues/invitations/{own}", f"/admin/people/invitations/{own}"):
        assert other.get(path).status_code in (403, 404)
    assert other.post(f"/colleagues/invitations/{own}/revoke").status_code == 404
    assert other.post(f"/colleagues/invitations/{own}/resend").status_code == 404
    assert "新店长" not in other.get("/colleagues").text
    assert "新店长" in client_as("store_manager").get("/colleagues").text
    assert app.test_client().get(link).status_code == 200


def test_another_distributors_invitation_is_not_there(app, client_as, link):
    with database(app):
        own = db.session.scalar(select(Invitation.id))
    client = client_as("administrator", "other")
    assert client.get(f"/admin/people/invitations/{own}").status_code == 404
    assert client.post(f"/admin/people/invitations/{own}/revoke").status_code == 404
    assert client.post(f"/admin/people/invitations/{own}/resend").status_code == 404
    assert app.test_client().get(link).status_code == 200


def test_nobody_gives_a_power_that_they_lack(app, world, client_as, role_ids):
    """Who may manage people, but not roles, must not make administrators."""
    with database(app), acting_for(Scope(world.first.id)):
        role = db.session.get(Role, role_ids["first", "manager"])
        role.permissions = [*role.permissions, "portal.manage_people"]
    client = client_as("manager")
    wanted = {**GUEST, "store": ""}
    assert (
        client.post("/admin/people/invite", data={**wanted, "role": role_ids["first", "administrator"]}).status_code
        == 422
    )
    assert client.post("/admin/people/invite", data={**wanted, "role": role_ids["first", "rep"]}).status_code == 302
    admin = world.first.members["administrator"]
    assert client.post(f"/admin/people/{admin}/deactivate").status_code == 403
    assert client.post(f"/admin/people/{admin}", data={"role": role_ids["first", "rep"]}).status_code == 403


def test_a_weak_password_is_refused_and_nothing_typed_is_lost(app, link):
    client = app.test_client()
    answer = _join(client, link, name="林小明", password="13900001234x", again="13900001234x")
    assert answer.status_code == 422
    assert 'id="password-error"' in answer.text
    assert 'value="林小明"' in answer.text
    assert app.test_client().get(link).status_code == 200


def test_the_link_page_costs_few_queries(app, client_as, link, count_queries):
    with count_queries() as queries:
        assert app.test_client().get(link).status_code == 200
    assert len(queries) <= 3


def test_the_open_invitations_and_the_form_cost_few_queries(client_as, link, count_queries):
    client = client_as("administrator")
    for path in ("/admin/people", "/admin/people/invite"):
        with count_queries() as queries:
            assert client.get(path).status_code == 200
        assert len(queries) <= 8, path


def test_a_rep_of_one_distributor_and_manager_of_a_store_of_another_is_one_person(app, world, client_as, role_ids):
    equip(app, world.first.people["rep"], phone="+8613900001234")
    with database(app):
        rep = db.session.get(Person, world.first.people["rep"])
        with acting_for(Scope(world.other.id)):
            join(rep, "store_staff", store=db.session.get(Store, world.other.stores[0]))
    client = app.test_client()
    log_in(client, "13900001234")
    page = client.get("/account/memberships")
    assert page.status_code == 200
    assert "禾川商贸" in page.text
    assert "北原食品" in page.text
    assert person(app, world.first.people["rep"]).email == "rep@first.example"


def test_somebody_logged_in_cannot_use_a_used_link(app, world, client_as, link):
    _join(app.test_client(), link)
    stranger = client_as("expert", "other")
    assert stranger.post(link).status_code == 410
    with database(app):
        theirs = select(func.count(Membership.id)).where(Membership.person_id == world.other.people["expert"])
        assert db.session.scalar(theirs) == 1


def test_the_place_is_taken_once_even_if_both_saw_the_link_open(app, world, link, monkeypatch):
    _join(app.test_client(), link)
    monkeypatch.setattr("portal.accounts.invitations.state_of", lambda _invitation: "open")
    answer = _join(app.test_client(), link, password=ANOTHER, again=ANOTHER)
    assert answer.status_code in (410, 422)
    with database(app):
        members = select(func.count(Membership.id)).where(Membership.store_id == world.first.stores[0])
        assert db.session.scalar(members) == 3


def test_the_service_itself_keeps_a_store_manager_in_the_own_store(world, act_as, role_ids):
    with act_as("store_manager") as viewer:
        role = db.session.get(Role, role_ids["first", "store_staff"])
        elsewhere = SimpleNamespace(id=world.first.stores[1])
        with pytest.raises(NotAllowed):
            invite(Guest(role, elsewhere, phone="13900001234"), by=viewer)
        with pytest.raises((NotAllowed, RuleBroken)):
            invite(Guest(db.session.get(Role, role_ids["first", "rep"]), None, phone="13900001234"), by=viewer)
