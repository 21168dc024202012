"""A person's own page: name and look, address, data taken along and erased."""

import io
import json
import time
import zipfile

import pytest
from sqlalchemy import func, select

from portal import clock
from portal.accounts.models import Membership, Passkey, Person, SignIn
from portal.accounts.services import join
from portal.audit.models import AuditEntry
from portal.db import db
from portal.tenancy import Scope, acting_for
from portal.testing import running_app, settings_for
from tests.portal.diary_plugin import Diary
from tests.portal.people_kit import PASSWORD, database, equip, is_in, log_in, person, waiting_letters


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    with running_app(settings_for(tmp_path_factory.mktemp("own")), (Diary,)) as application:
        yield application


@pytest.fixture
def rep(app, world, client_as):
    Diary.told.clear()
    equip(app, world.first.people["rep"], name="周启明", phone="+8613900001234")
    client = client_as("rep")
    with client.session_transaction() as session:
        session["fs_paa"] = time.time()
    return client


def test_name_language_and_brightness_are_changed(app, world, rep):
    answer = rep.post("/account", data={"name": "周 启明", "language": "zh_Hans", "theme": "dark"})
    assert answer.status_code == 302
    page = rep.get("/account").text
    assert 'lang="zh-CN"' in page
    assert 'data-bs-theme="dark"' in page
    assert person(app, world.first.people["rep"]).name == "周 启明"


def test_a_profile_without_a_name_is_refused_and_kept(rep):
    answer = rep.post("/account", data={"name": "", "language": "en", "theme": "dark"})
    assert answer.status_code == 422
    assert 'id="name-error"' in answer.text


def test_the_own_page_costs_few_queries(rep, count_queries):
    with count_queries() as queries:
        assert rep.get("/account").status_code == 200
    assert len(queries) <= 6


def test_a_new_address_counts_after_its_letter_was_followed(app, world, rep):
    assert rep.post("/account/email", data={"email": "New@First.example"}).status_code == 302
    (letter,) = waiting_letters(app)
    assert letter.to == "new@first.example"
    assert person(app, world.first.people["rep"]).email == "rep@first.example"
    assert rep.get(letter.link).status_code == 200
    assert person(app, world.first.people["rep"]).email == "rep@first.example"  # looking changes nothing
    assert rep.post(letter.link).status_code == 302
    changed = person(app, world.first.people["rep"])
    assert changed.email == "new@first.example"
    assert changed.confirmed_at is not None
    assert rep.post(letter.link).status_code == 422  # once


def test_the_letter_of_one_person_changes_nobody_else(app, world, rep, client_as):
    rep.post("/account/email", data={"email": "new@first.example"})
    (letter,) = waiting_letters(app)
    stranger = client_as("expert")
    assert stranger.get(letter.link).status_code == 422
    assert stranger.post(letter.link).status_code == 422
    assert app.test_client().get(letter.link).location.startswith("/auth/login")
    assert person(app, world.first.people["expert"]).email == "expert@first.example"


def test_the_letter_of_one_without_address_changes_no_other_without_address(app, world, rep, client_as):
    equip(app, world.first.people["rep"], email=None)
    equip(app, world.first.people["expert"], email=None, phone="+8613900005678")
    rep.post("/account/email", data={"email": "new@first.example"})
    (letter,) = waiting_letters(app)
    assert client_as("expert").post(letter.link).status_code == 422
    assert person(app, world.first.people["expert"]).email is None
    assert rep.post(letter.link).status_code == 302


def test_an_address_that_somebody_has_is_neither_told_nor_taken(app, world, rep):
    free = rep.post("/account/email", data={"email": "free@first.example"})
    taken = rep.post("/account/email", data={"email": "expert@first.example"})
    assert (free.status_code, free.location) == (taken.status_code, taken.location)
    assert [letter.to for letter in waiting_letters(app)] == ["free@first.example"]


def test_an_address_taken_in_the_meantime_is_refused(app, world, rep):
    rep.post("/account/email", data={"email": "new@first.example"})
    equip(app, world.first.people["expert"], email="new@first.example")
    (letter,) = waiting_letters(app)
    assert rep.post(letter.link).status_code == 422
    assert person(app, world.first.people["rep"]).email == "rep@first.example"


def _files(answer):
    assert answer.status_code == 200
    assert answer.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def _joins_the_other(app, world):
    with database(app):
        person = db.session.get(Person, world.first.people["rep"])
        with acting_for(Scope(world.other.id)):
            join(person, "expert")


def test_everything_is_taken_along(app, world, rep):
    _joins_the_other(app, world)
    files = _files(rep.post("/account/data/export"))
    assert {"README.txt", "person.json", "devices.json"} <= files.keys()
    about = json.loads(files["person.json"])
    assert (about["name"], about["phone"]) == ("周启明", "+8613900001234")
    assert {"first/memberships.json", "first/audit.json", "other/memberships.json", "first/diary.json"} <= files.keys()
    assert json.loads(files["first/diary.json"]) == [{"title": "Entries", "rows": [{"text": "about 周启明"}]}]
    assert json.loads(files["other/memberships.json"])[0]["distributor"] == "北原食品"
    text = "".join(files.values())
    assert "argon2" not in text
    assert "fs_uniquifier" not in text


def test_nothing_of_others_is_taken_along(app, world, rep):
    text = "".join(_files(rep.post("/account/data/export")).values())
    with database(app):
        names = db.session.scalars(select(Person.name).where(Person.id != world.first.people["rep"])).all()
    assert not [name for name in names if name in text]


def test_what_a_plug_in_cannot_give_is_named(rep, monkeypatch):
    monkeypatch.setattr(Diary, "broken", True)
    files = _files(rep.post("/account/data/export"))
    assert "diary" in files["first/MISSING.txt"]
    assert "first/diary.json" not in files


def test_the_data_are_for_who_shows_who_they_are(client_as):
    client = client_as("rep")
    for path in ("/account/data/export", "/account/data/erase"):
        assert client.post(path, data={"sure": "y"}).location.startswith("/auth/verify")


def test_erasing_takes_the_name_and_leaves_the_records(app, world, rep):
    rep_id = world.first.people["rep"]
    with database(app):
        db.session.add(
            Passkey(
                user_id=rep_id,
                credential_id=b"1",
                public_key=b"1",
                backup_state=False,
                device_type="single_device",
                lastuse_datetime=clock.now(),
                name="phone",
                usage="first",
            )
        )
    _joins_the_other(app, world)
    with database(app):
        before = db.session.scalar(select(func.count(AuditEntry.id)).where(AuditEntry.person_id == rep_id))
    assert rep.post("/account/data/erase", data={}).status_code == 422
    answer = rep.post("/account/data/erase", data={"sure": "y"})
    assert (answer.status_code, answer.location) == (302, "/auth/login")
    assert not is_in(rep)
    gone = person(app, rep_id)
    assert (gone.name, gone.email, gone.phone, gone.password, gone.active) == ("Former member", None, None, None, False)
    assert gone.erased_at is not None
    assert Diary.told == [rep_id, rep_id]  # once for each distributor
    with database(app):
        assert db.session.scalar(select(func.count(Passkey.id)).where(Passkey.user_id == rep_id)) == 0
        assert db.session.scalar(select(func.count(SignIn.id)).where(SignIn.person_id == rep_id)) == 0
        members = db.session.scalars(select(Membership).where(Membership.person_id == rep_id)).all()
        assert [member.active for member in members] == [False, False]
        # The log keeps the number of who acted, and gains a line with each distributor.
        assert db.session.scalar(select(func.count(AuditEntry.id)).where(AuditEntry.person_id == rep_id)) == before + 2
    assert log_in(app.test_client(), "rep@first.example").status_code == 422


def test_a_plug_in_that_cannot_erase_stops_it_whole(app, world, rep, monkeypatch):
    monkeypatch.setattr(Diary, "broken", True)
    answer = rep.post("/account/data/erase", data={"sure": "y"})
    assert answer.status_code == 422
    assert "Diary" in answer.text
    still = person(app, world.first.people["rep"])
    assert (still.name, still.active) == ("周启明", True)
    assert is_in(rep)


def test_the_last_administrator_cannot_vanish(app, world, client_as):
    client = client_as("administrator")
    with client.session_transaction() as session:
        session["fs_paa"] = time.time()
    answer = client.post("/account/data/erase", data={"sure": "y"})
    assert answer.status_code == 422
    assert "禾川商贸" in answer.text
    assert person(app, world.first.people["administrator"]).active


def test_an_erased_person_is_invited_as_somebody_new(app, world, rep, client_as):
    rep.post("/account/data/erase", data={"sure": "y"})
    with database(app):
        from portal.accounts.models import Role

        role = db.session.scalar(select(Role.id).where(Role.distributor_id == world.first.id, Role.key == "rep"))
    client = client_as("administrator")
    answer = client.post("/admin/people/invite", data={"email": "rep@first.example", "role": role})
    assert answer.status_code == 302
    link = client.get(answer.location).text.split('value="http://127.0.0.1:8000')[1].split('"')[0]
    fresh = app.test_client()
    assert fresh.post(link, data={"name": "新人", "password": PASSWORD, "again": PASSWORD}).location == "/today"
    assert client.post(f"/admin/people/{world.first.members['rep']}/reactivate").status_code == 422


def test_pages_of_the_account_are_for_who_is_logged_in(app, world):
    client = app.test_client()
    for path in (
        "/account",
        "/account/devices",
        "/account/data",
        "/account/tokens",
        "/account/memberships",
        "/account/email",
    ):
        assert client.get(path).location.startswith("/auth/login"), path
    for path in ("/account", "/account/devices/1/end", "/account/data/erase", "/account/tokens/1/revoke"):
        assert client.post(path).location.startswith("/auth/login"), path
