"""The ways in beside the password: reset by letter, codes of an app, recovery codes."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask_security import WebAuthnSigninResponseForm
from passlib.totp import TOTP
from sqlalchemy import func, select

from portal import clock
from portal.accounts.models import ApiToken, Membership, Passkey
from portal.accounts.tokens import create_token
from portal.audit.models import AuditEntry
from portal.db import db
from portal.identity import people
from portal.jobs.worker import run_pending
from portal.notifications.mail import kept_mails
from portal.tenancy import Scope, acting_for
from tests.portal.people_kit import (
    ANOTHER,
    PASSWORD,
    database,
    equip,
    is_in,
    limited_portal,
    log_in,
    person,
    waiting_letters,
)

NAME = "store_manager@first.example"


@pytest.fixture
def manager_id(app, world):
    equip(app, world.first.people["store_manager"], name="林店长")
    return world.first.people["store_manager"]


def test_asking_for_a_password_tells_nobody_who_exists(app, manager_id):
    pages = []
    for name in (NAME, "nobody@first.example"):
        answer = app.test_client().post("/auth/reset", data={"email": name}, headers={"Accept-Language": "en"})
        assert answer.status_code == 200
        pages.append(re.sub(r'(value|content)="[^"]*"', "", answer.text))
    assert pages[0] == pages[1].replace("nobody@first.example", NAME)
    assert [letter.to for letter in waiting_letters(app)] == [NAME]


@pytest.mark.parametrize("typed", ["13812345678", "linda", ""])
def test_what_is_no_address_is_told_and_no_letter_is_promised(app, manager_id, typed):
    answer = app.test_client().post("/auth/reset", data={"email": typed}, headers={"Accept-Language": "en"})
    assert answer.status_code == 422
    assert "This is not an e-mail address." in answer.text
    assert f'value="{typed}"' in answer.text
    assert waiting_letters(app) == []


def test_a_letter_leads_to_a_new_password_and_ends_all_sessions(app, manager_id):
    client = app.test_client()
    log_in(client, NAME)
    app.test_client().post("/auth/reset", data={"email": NAME.upper()})
    (letter,) = waiting_letters(app)
    assert letter.link.startswith("/auth/reset/")
    assert "http://127.0.0.1:8000/auth/reset/" in letter.text
    assert "林店长" in letter.text
    visitor = app.test_client()
    assert visitor.get(letter.link).status_code == 200
    answer = visitor.post(letter.link, data={"password": ANOTHER, "password_confirm": ANOTHER})
    assert (answer.status_code, answer.location) == (302, "/auth/login")
    assert not is_in(client)
    assert not is_in(visitor)
    assert log_in(visitor, NAME, ANOTHER).status_code == 302
    assert [letter.to for letter in waiting_letters(app)] == [NAME, NAME]  # and a letter says so


def test_the_link_of_a_letter_works_once_and_for_two_hours(app, manager_id, monkeypatch):
    app.test_client().post("/auth/reset", data={"email": NAME})
    app.test_client().post("/auth/reset", data={"email": NAME})
    first, second = waiting_letters(app)
    wanted = {"password": ANOTHER, "password_confirm": ANOTHER}
    assert app.test_client().post(first.link, data=wanted).location == "/auth/login"
    assert app.test_client().post(first.link, data=wanted).location == "/auth/reset"
    assert app.test_client().get(second.link).location == "/auth/reset"
    app.test_client().post("/auth/reset", data={"email": NAME})
    import itsdangerous.timed

    later = itsdangerous.timed.time.time() + 2 * 3600 + 60
    link = waiting_letters(app)[-1].link
    assert app.test_client().get(link).status_code == 200
    monkeypatch.setattr(itsdangerous.timed.time, "time", lambda: later)
    assert app.test_client().get(link).location == "/auth/reset"


def test_the_host_header_cannot_bend_the_link(app, manager_id):
    app.test_client().post("/auth/reset", data={"email": NAME}, headers={"Host": "evil.example"})
    (letter,) = waiting_letters(app)
    assert "evil" not in letter.text + letter.html


def test_the_waiting_letter_shows_no_link_in_the_database(app, manager_id):
    from portal.jobs.models import JobRow

    app.test_client().post("/auth/reset", data={"email": NAME})
    with database(app):
        assert "/auth/reset" not in str(db.session.scalars(select(JobRow)).one().arguments)


def test_the_letter_reaches_the_mail_server_as_text_and_page(app, manager_id):
    app.test_client().post("/auth/reset", data={"email": NAME})
    (letter,) = waiting_letters(app)
    with app.app_context():
        before = len(kept_mails())
    run_pending(app)
    with app.app_context():
        mails = kept_mails()
    assert len(mails) == before + 1
    message = mails[0][1]
    assert (message["To"], message["Subject"]) == (NAME, letter.subject)
    for kind in ("plain", "html"):
        assert letter.link in message.get_body((kind,)).get_content()


def test_a_try_that_failed_speaks_chinese_too(app, with_app):
    client = app.test_client()
    log_in(client, NAME)
    answer = client.post("/auth/tf-validate", data={"code": "000000"}, headers={"Accept-Language": "zh-CN"})
    assert "验证码不对" in answer.text


def test_who_proves_the_address_first_starts_clean(app, world, manager_id):
    """Somebody who was handed the invitation left a passkey and a token in the account, then the owner comes."""
    member_id = world.first.members["store_manager"]
    with database(app):
        db.session.add(_passkey(manager_id))
        with acting_for(Scope(world.first.id)):
            create_token(db.session.get(Membership, member_id), "left behind")
    equip(app, manager_id, tf_primary_method="authenticator", tf_totp_secret="x")
    app.test_client().post("/auth/reset", data={"email": NAME})
    app.test_client().post(waiting_letters(app)[0].link, data={"password": ANOTHER, "password_confirm": ANOTHER})
    owner = person(app, manager_id)
    assert owner.confirmed_at is not None
    assert owner.tf_primary_method is None
    with database(app):
        assert db.session.scalar(select(func.count(Passkey.id))) == 0
        assert db.session.scalars(select(ApiToken)).one().revoked_at is not None


def test_a_known_owner_keeps_passkeys_when_the_password_is_set_anew(app, manager_id):
    equip(app, manager_id, confirmed_at=clock.now())
    with database(app):
        db.session.add(_passkey(manager_id))
    app.test_client().post("/auth/reset", data={"email": NAME})
    app.test_client().post(waiting_letters(app)[0].link, data={"password": ANOTHER, "password_confirm": ANOTHER})
    with database(app):
        assert db.session.scalar(select(func.count(Passkey.id))) == 1


def _passkey(person_id):
    return Passkey(
        user_id=person_id,
        credential_id=b"1",
        public_key=b"1",
        backup_state=False,
        device_type="single_device",
        lastuse_datetime=clock.now(),
        name="phone",
        usage="first",
    )


@pytest.mark.parametrize(("whose", "shown"), [("store_manager", True), ("store_staff", False)])
def test_only_the_own_passkey_shows_who_one_is(app, world, manager_id, monkeypatch, whose, shown):
    """Flask-Security compares addresses here, and two people who have none would be the same."""
    for role in ("store_manager", "store_staff"):
        equip(app, world.first.people[role], email=None, phone=f"+86139123456{len(role)}")
    with database(app):
        db.session.add(_passkey(world.first.people[whose]))
    client = app.test_client()
    log_in(client, f"139123456{len('store_manager')}")
    with client.session_transaction() as session:
        session["fs_paa"] -= 3600
        session.pop("fs_gexp", None)

    def signed_well(form, **_):
        form.cred = people().find_webauthn(credential_id=b"1")
        form.user = people().find_user(id=form.cred.user_id)
        form.authentication_verification = SimpleNamespace(new_sign_count=1)
        return True

    monkeypatch.setattr(WebAuthnSigninResponseForm, "validate", signed_well)
    state = app.extensions["security"].wan_serializer.dumps({"challenge": "x", "user_verification": True})
    client.post(f"/auth/wan-verify/{state}", data={"credential": "{}"})
    assert (client.get("/account/tokens/new").status_code == 200) is shown


# Codes of an app


def _set_up(app, client):
    """Switch the second step on as a person does; the app's generator, and the time of its last code."""
    page = client.post("/auth/tf-setup", data={"setup": "authenticator"}).text
    key = re.search(r'value="([A-Z2-7-]{20,})"', page)[1]
    assert "data:image/svg+xml" in page
    generator = TOTP(key=key, format="base32")
    action = re.search(r'action="(/auth/tf-setup/[^"]+)"', page)[1]
    token = generator.generate()
    answer = client.post(action, data={"code": token.token})
    assert (answer.status_code, answer.location) == (302, "/auth/mf-recovery-codes")
    return generator, token.start_time


@pytest.fixture
def with_app(app, manager_id):
    client = app.test_client()
    log_in(client, NAME)
    generator, used = _set_up(app, client)
    return client, generator, used


def _next_code(monkeypatch, generator, used):
    """The code of the next half minute, and the clock moved there."""
    import passlib.totp

    moment = used + 31
    monkeypatch.setattr(passlib.totp.TOTP, "now", staticmethod(lambda: moment))
    return generator.generate(time=moment).token


def test_the_password_alone_is_not_enough_any_more(app, with_app, monkeypatch):
    _, generator, used = with_app
    client = app.test_client()
    answer = log_in(client, NAME, next="/calendar")
    assert answer.location.startswith("/auth/tf-validate")
    assert not is_in(client)
    assert client.get(answer.location).status_code == 200
    assert client.post(answer.location, data={"code": "000000"}).status_code == 422
    assert not is_in(client)
    done = client.post(answer.location, data={"code": _next_code(monkeypatch, generator, used)})
    assert (done.status_code, done.location) == (302, "/calendar")
    assert is_in(client)


def test_a_code_is_taken_once(app, with_app, monkeypatch):
    _, generator, used = with_app
    code = _next_code(monkeypatch, generator, used)
    thief, owner = app.test_client(), app.test_client()
    for client in (owner, thief):
        log_in(client, NAME)
    assert owner.post("/auth/tf-validate", data={"code": code}).status_code == 302
    assert thief.post("/auth/tf-validate", data={"code": code}).status_code == 422
    assert not is_in(thief)


def test_an_old_code_is_not_taken(app, with_app, monkeypatch):
    import passlib.totp

    _, generator, used = with_app
    old = generator.generate(time=used + 60).token
    monkeypatch.setattr(passlib.totp.TOTP, "now", staticmethod(lambda: used + 200))
    client = app.test_client()
    log_in(client, NAME)
    assert client.post("/auth/tf-validate", data={"code": old}).status_code == 422


def test_guessing_codes_is_stopped(app, app_settings, app_plugins, with_app):
    with limited_portal(app_settings, app_plugins) as limited:
        client = limited.test_client()
        log_in(client, NAME)
        codes = [client.post("/auth/tf-validate", data={"code": f"{index:06}"}).status_code for index in range(11)]
    assert codes == [422] * 10 + [429]


def test_a_recovery_code_works_once_and_only_its_hash_is_kept(app, with_app, manager_id):
    client, *_ = with_app
    page = client.post("/auth/mf-recovery-codes").text
    codes = re.findall(r"<code[^>]*>([0-9a-f-]{14})</code>", page)
    assert len(codes) == len(set(codes)) == 8
    kept = person(app, manager_id).mf_recovery_codes
    assert len(kept) == 8
    assert not set(codes) & set(kept)
    assert codes[0] not in client.get("/auth/mf-recovery-codes?show_codes=1").text
    visitor, again = app.test_client(), app.test_client()
    log_in(visitor, NAME)
    assert visitor.post("/auth/mf-recovery", data={"code": "0000-0000-0000"}).status_code == 422
    assert visitor.post("/auth/mf-recovery", data={"code": codes[0].upper().replace("-", " ")}).status_code == 302
    assert is_in(visitor)
    log_in(again, NAME)
    assert again.post("/auth/mf-recovery", data={"code": codes[0]}).status_code == 422
    assert len(person(app, manager_id).mf_recovery_codes) == 7


def test_the_secret_of_the_app_is_kept_encrypted(app, with_app, manager_id):
    _, generator, _ = with_app
    assert generator.base32_key not in person(app, manager_id).tf_totp_secret


def test_the_second_step_can_be_switched_off(app, with_app, manager_id):
    client, *_ = with_app
    assert client.post("/auth/tf-setup", data={"setup": "disable"}).status_code == 302
    assert person(app, manager_id).tf_totp_secret is None
    assert log_in(app.test_client(), NAME).location == "/account/welcome"


def test_the_second_step_is_not_changed_without_showing_who_one_is(app, with_app):
    client, *_ = with_app
    with client.session_transaction() as session:
        session["fs_paa"] -= 3600
        session.pop("fs_gexp", None)
    assert client.post("/auth/tf-setup", data={"setup": "disable"}).location.startswith("/auth/verify")


def test_ways_that_are_not_ours_are_closed(app, with_app):
    client = app.test_client()
    log_in(client, NAME)
    for path in (
        "/auth/tf-rescue",
        "/auth/tf-select",
        "/auth/register",
        "/auth/confirm",
        "/auth/fs-static/js/webauthn.js",
    ):
        assert client.get(path).status_code == 404


def test_the_pages_of_codes_are_for_who_gave_the_password(app, manager_id):
    client = app.test_client()
    for path in ("/auth/tf-validate", "/auth/mf-recovery"):
        assert client.get(path).location == "/auth/login"


def test_the_page_of_codes_logs_nobody_out(app, manager_id):
    client = app.test_client()
    log_in(client, NAME)
    assert client.get("/auth/tf-validate").location == "/today"
    assert is_in(client)


def test_what_happens_to_the_account_is_noted(app, with_app, world):
    with database(app):
        noted = set(db.session.scalars(select(AuditEntry.action).where(AuditEntry.distributor_id == world.first.id)))
        elsewhere = set(
            db.session.scalars(select(AuditEntry.action).where(AuditEntry.distributor_id == world.other.id))
        )
    assert "account.second_step_switched_on" in noted
    assert "account.second_step_switched_on" not in elsewhere


def test_an_account_without_membership_can_still_change_its_password(app, world, manager_id):
    with database(app):
        for member in db.session.scalars(select(Membership).where(Membership.person_id == manager_id)):
            member.active = False
    client = app.test_client()
    log_in(client, NAME)
    assert client.get("/account/welcome").location == "/no-membership"
    for path in (
        "/auth/change",
        "/auth/tf-setup",
        "/auth/wan-register",
        "/account",
        "/account/devices",
        "/account/data",
    ):
        assert client.get(path).status_code == 200, path
    wanted = {"password": PASSWORD, "new_password": ANOTHER, "new_password_confirm": ANOTHER}
    assert client.post("/auth/change", data=wanted).status_code == 302


def test_a_person_without_an_address_gets_no_letter_but_the_new_password(app, world, manager_id):
    equip(app, manager_id, email=None, phone="+8613812345678")
    client = app.test_client()
    log_in(client, "13812345678")
    wanted = {"password": PASSWORD, "new_password": ANOTHER, "new_password_confirm": ANOTHER}
    assert client.post("/auth/change", data=wanted).status_code == 302
    assert waiting_letters(app) == []


def test_links_of_letters_speak_the_persons_language(app, manager_id):
    equip(app, manager_id, language="en")
    app.test_client().post("/auth/reset", data={"email": NAME}, headers={"Accept-Language": "zh-CN"})
    (letter,) = waiting_letters(app)
    assert letter.subject == "Set a new password for Storewise"
    assert timedelta(hours=2) == app.config["SECURITY_RESET_PASSWORD_WITHIN"]
