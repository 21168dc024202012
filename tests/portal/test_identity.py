"""Logging in and out: by whichever name, told nothing, limited, and a session that ends when it should."""

from datetime import timedelta
from urllib.parse import urljoin, urlsplit

import pytest
from sqlalchemy import select

from portal import clock
from portal.accounts.models import SignIn
from portal.accounts.sign_ins import IDLE, LONGEST, REMEMBERED
from portal.db import db
from tests.portal.people_kit import ANOTHER, PASSWORD, database, equip, is_in, limited_portal, log_in


@pytest.fixture
def limited(app_settings, app_plugins, manager):
    """The portal with its limits on, over the same database."""
    with limited_portal(app_settings, app_plugins) as portal:
        yield portal


@pytest.fixture
def manager(app, world):
    equip(app, world.first.people["store_manager"], phone="+8613812345678")
    return "store_manager@first.example"


@pytest.mark.parametrize(
    "name",
    [
        "store_manager@first.example",
        " Store_Manager@First.EXAMPLE ",
        "13812345678",
        "138 1234 5678",
        "+86 138-1234-5678",
    ],
)
def test_a_person_logs_in_by_address_or_number_however_it_is_written(app, manager, name):
    client = app.test_client()
    answer = log_in(client, name)
    assert (answer.status_code, answer.location) == (302, "/account/welcome")
    assert client.get("/account/welcome").location == "/today"
    assert client.get("/today").status_code == 200


def test_wrong_password_unknown_name_and_switched_off_person_are_told_the_same(app, world, manager):
    equip(app, world.first.people["store_staff"], active=False)
    tries = [(manager, "wrong password!"), ("nobody@first.example", PASSWORD), ("store_staff@first.example", PASSWORD)]
    pages = []
    for name, password in tries:
        answer = log_in(app.test_client(), name, password, language="en")
        assert answer.status_code == 422
        pages.append(answer.text.replace(name, "NAME"))
    told = [page[page.index('role="alert"') : page.index("</form>")].split("once_key")[0] for page in pages]
    assert told[0] == told[1] == told[2]


def test_log_in_page_works_without_a_person(app, world, count_queries):
    with count_queries() as queries:
        answer = app.test_client().get("/auth/login")
    assert answer.status_code == 200
    assert len(queries) == 0


def test_the_log_in_gives_a_new_session_and_forgets_the_visitor(app, manager):
    client = app.test_client()
    with client.session_transaction() as session:
        session.update(language="en", membership=999, visitor="x", csrf_token="planted")
    log_in(client, manager)
    with client.session_transaction() as session:
        assert session["language"] == "en"
        assert not {"membership", "visitor", "csrf_token"} & session.keys()
        first = session["_user_id"]
    client.post("/auth/logout")
    log_in(client, manager)
    with client.session_transaction() as session:
        assert session["_user_id"] != first


def test_a_copy_of_the_cookie_opens_nothing_after_logging_out(app, manager):
    client, thief = app.test_client(), app.test_client()
    log_in(client, manager, remember="y")
    for name in ("storewise", "remember_token"):
        thief.set_cookie(name, client.get_cookie(name).value)
    assert is_in(thief)
    assert client.post("/auth/logout").location == "/auth/login"
    assert not is_in(thief)
    assert not is_in(client)


def test_logging_out_takes_a_post(app, manager):
    client = app.test_client()
    log_in(client, manager)
    assert client.get("/auth/logout").status_code == 405
    assert is_in(client)


def test_the_browser_is_remembered_only_when_asked(app, manager):
    forgetful, asked = app.test_client(), app.test_client()
    log_in(forgetful, manager)
    log_in(asked, manager, remember="y")
    for client in (forgetful, asked):
        client.delete_cookie("storewise")
    assert not is_in(forgetful)
    assert is_in(asked)


def test_a_remembered_browser_acts_for_whom_it_acted_before(app, world, manager):
    with database(app):
        from portal.accounts.models import Person
        from portal.accounts.services import join
        from portal.stores.models import Store
        from portal.tenancy import Scope, acting_for

        person = db.session.get(Person, world.first.people["store_manager"])
        with acting_for(Scope(world.other.id)):
            second = join(person, "store_staff", store=db.session.get(Store, world.other.stores[0])).id
    client = app.test_client()
    log_in(client, manager, remember="y")
    assert client.get("/account/welcome").location == "/account/memberships"
    client.post(f"/membership/{second}")
    client.post("/language/en")
    client.delete_cookie("storewise")
    assert "北原" in client.get("/today").text


@pytest.mark.parametrize(("fields", "longest"), [({}, LONGEST), ({"remember": "y"}, REMEMBERED)])
def test_a_session_ends_after_its_longest_time_however_busy(app, manager, fields, longest):
    client = app.test_client()
    log_in(client, manager, **fields)
    now = clock.now()
    with clock.frozen(now + longest - timedelta(minutes=5)):
        assert is_in(client)
    with clock.frozen(now + longest + timedelta(minutes=5)):
        assert not is_in(client)


def test_a_session_that_rests_too_long_asks_again(app, manager, monkeypatch):
    client = app.test_client()
    log_in(client, manager)
    import itsdangerous.timed

    real = itsdangerous.timed.time.time()
    monkeypatch.setattr(itsdangerous.timed.time, "time", lambda: real + IDLE.total_seconds() - 60)
    assert is_in(client)  # and the cookie is renewed
    monkeypatch.setattr(itsdangerous.timed.time, "time", lambda: real + 2 * IDLE.total_seconds() - 180)
    assert is_in(client)
    monkeypatch.setattr(itsdangerous.timed.time, "time", lambda: real + 4 * IDLE.total_seconds())
    assert not is_in(client)


def test_only_hashes_of_sessions_are_kept(app, manager):
    client = app.test_client()
    log_in(client, manager)
    with client.session_transaction() as session:
        secret = session["_user_id"].partition(".")[2]
    with database(app):
        rows = db.session.scalars(select(SignIn)).all()
        assert len(secret) >= 43
        assert all(secret not in (row.secret_hash, row.device) for row in rows)


def test_guessing_passwords_for_one_name_is_stopped_for_that_name(limited, manager):
    client = limited.test_client()
    for _ in range(10):
        assert log_in(client, manager, "wrong password!").status_code == 422
    answer = log_in(client, "STORE_MANAGER@first.example", PASSWORD)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "</html>" in answer.text
    assert log_in(client, "13812345678", PASSWORD).status_code == 302


def test_guessing_names_from_one_address_is_stopped_for_that_address(limited, manager):
    client = limited.test_client()
    codes = {log_in(client, f"guess{index}@first.example").status_code for index in range(40)}
    assert codes == {422}
    assert log_in(client, "guess@first.example").status_code == 429
    elsewhere = client.post(
        "/auth/login", data={"email": manager, "password": PASSWORD}, environ_base={"REMOTE_ADDR": "192.0.2.7"}
    )
    assert elsewhere.status_code == 302


def test_logging_in_rightly_costs_no_tries(limited, manager):
    for _ in range(12):
        assert log_in(limited.test_client(), manager).status_code == 302


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "javascript:alert(1)",
    ],
)
def test_the_log_in_leads_to_no_foreign_place(app, manager, target):
    client = app.test_client()
    answer = client.post(f"/auth/login?next={target}", data={"email": manager, "password": PASSWORD, "next": target})
    # As a browser reads it, which takes a backslash for a slash.
    location = answer.headers.get("Location", "/").replace("\\", "/")
    assert urlsplit(urljoin("http://localhost/auth/login", location))[:2] == ("http", "localhost")


def test_the_log_in_leads_back_to_where_it_was_asked(app, manager):
    client = app.test_client()
    asked = client.get("/calendar?day=2026-11-23")
    assert asked.status_code == 302
    page = client.get(asked.location)
    assert 'value="/calendar?day=2026-11-23"' in page.text
    assert log_in(client, manager, next="/calendar?day=2026-11-23").location == "/calendar?day=2026-11-23"


def test_json_gets_neither_tokens_nor_a_list_of_what_is_wrong(app, manager):
    client = app.test_client()
    for path in ("/auth/login", "/auth/login?include_auth_token"):
        answer = client.post(
            path, json={"email": manager, "password": PASSWORD}, headers={"Accept": "application/json"}
        )
        assert answer.mimetype == "text/html"
        assert "token" not in answer.headers.get("Location", "")
    assert client.get("/auth/login", headers={"Accept": "application/json"}).mimetype == "text/html"


def test_flask_securitys_own_tokens_open_nothing(app, world, manager):
    equip(app, world.first.people["store_manager"], fs_token_uniquifier="a" * 32)
    with app.test_request_context():
        from portal.identity import people

        token = people().find_user(email=manager).get_auth_token()
    client = app.test_client()
    assert client.get("/account", headers={"Authentication-Token": token}).status_code == 302
    assert client.get(f"/account?auth_token={token}").status_code == 302


def test_a_form_without_its_token_is_refused(app, manager):
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        for path in ("/auth/login", "/auth/reset", "/auth/logout"):
            assert app.test_client().post(path, data={"email": manager, "password": PASSWORD}).status_code == 400
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def test_cookies_are_kept_from_scripts_and_other_sites(app, manager):
    answer = log_in(app.test_client(), manager, remember="y")
    cookies = answer.headers.getlist("Set-Cookie")
    assert {cookie.partition("=")[0] for cookie in cookies} == {"storewise", "remember_token"}
    assert all("HttpOnly" in cookie and "SameSite=Lax" in cookie for cookie in cookies)


def test_a_changed_password_ends_every_other_session(app, world, manager):
    here, there = app.test_client(), app.test_client()
    log_in(here, manager)
    log_in(there, manager, remember="y")
    answer = here.post(
        "/auth/change", data={"password": PASSWORD, "new_password": ANOTHER, "new_password_confirm": ANOTHER}
    )
    assert (answer.status_code, answer.location) == (302, "/account")
    assert is_in(here)
    assert not is_in(there)
    assert log_in(app.test_client(), manager, PASSWORD).status_code == 422
    assert log_in(app.test_client(), manager, ANOTHER).status_code == 302


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"password": "not it at all"}, "password"),
        ({"new_password": "short", "new_password_confirm": "short"}, "new_password"),
        ({"new_password_confirm": "something else"}, "new_password_confirm"),
        ({"new_password": PASSWORD, "new_password_confirm": PASSWORD}, "password"),
        ({"new_password": "password123456", "new_password_confirm": "password123456"}, "new_password"),
        ({"new_password": "13812345678!", "new_password_confirm": "13812345678!"}, "new_password"),
    ],
)
def test_a_password_that_will_not_do_is_refused_at_its_field(app, manager, fields, field):
    client = app.test_client()
    log_in(client, manager)
    wanted = {"password": PASSWORD, "new_password": ANOTHER, "new_password_confirm": ANOTHER} | fields
    answer = client.post("/auth/change", data=wanted)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert log_in(app.test_client(), manager, PASSWORD).status_code == 302


def test_one_device_is_logged_out_from_another(app, manager, count_queries):
    here, there = app.test_client(), app.test_client()
    log_in(here, manager)
    log_in(there, manager)
    with count_queries() as queries:
        page = here.get("/account/devices")
    assert page.status_code == 200
    assert len(queries) <= 6
    ends = [part.split('"')[0] for part in page.text.split('action="/account/devices/')[1:]]
    other = next(end for end in ends if end != "end-all")
    assert here.post(f"/account/devices/{other}").status_code == 302
    assert is_in(here)
    assert not is_in(there)


def test_nobody_logs_out_a_strangers_device(app, world, manager):
    equip(app, world.first.people["rep"])
    client, rep = app.test_client(), app.test_client()
    log_in(client, manager)
    log_in(rep, "rep@first.example")
    with database(app):
        theirs = db.session.scalar(
            select(SignIn.id).where(SignIn.person_id == world.first.people["rep"], SignIn.via == "password")
        )
    assert client.post(f"/account/devices/{theirs}/end").status_code == 404
    assert is_in(rep)


def test_logging_out_everywhere_ends_all_sessions(app, manager):
    here, there = app.test_client(), app.test_client()
    log_in(here, manager)
    log_in(there, manager, remember="y")
    assert here.post("/account/devices/end-all").location == "/auth/login"
    assert not is_in(here)
    assert not is_in(there)


def test_what_is_sensitive_asks_for_the_password_again_after_a_while(app, manager):
    client = app.test_client()
    log_in(client, manager)
    assert client.get("/account/tokens/new").status_code == 200
    with client.session_transaction() as session:
        session["fs_paa"] -= 3600
        session.pop("fs_gexp", None)
    asked = client.get("/account/tokens/new")
    assert asked.location == "/auth/verify?next=/account/tokens/new"
    assert client.post(asked.location, data={"password": "not it at all"}).status_code == 422
    assert client.post(asked.location, data={"password": PASSWORD}).location == "/account/tokens/new"
    assert client.get("/account/tokens/new").status_code == 200
