"""Passkeys with a real browser and a virtual device: added, used to log in and to show who one is, removed."""

import pytest
from sqlalchemy import select

from portal.accounts.models import Passkey, SignIn
from portal.db import db
from tests.portal.people_kit import PASSWORD, database, equip

pytestmark = pytest.mark.browser
NAME = "store_manager@first.example"


@pytest.fixture
def person_id(live):
    person_id = live.world.first.people["store_manager"]
    equip(live.app, person_id, phone="+8613912345678")
    yield person_id
    with database(live.app):
        for key in db.session.scalars(select(Passkey)):
            db.session.delete(key)


@pytest.fixture
def device(page):
    """A phone that asks its owner, and gets the right finger."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    identity = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    return session, identity


def _log_in(page):
    page.goto("/auth/login")
    page.fill("[name=email]", NAME)
    page.fill("[name=password]", PASSWORD)
    page.click("form:has([name=password]) button.btn-primary")
    page.wait_for_url("**/today")


def _add(page, name="我的手机"):
    page.goto("/auth/wan-register")
    page.fill("form:has([name=usage]) [name=name]", name)
    page.click("form:has([name=usage]) button.btn-primary")
    page.get_by_text(f"已添加通行密钥“{name}”").wait_for()


def _leave(page):
    page.context.clear_cookies()


def test_a_passkey_is_added_and_logs_its_owner_in(live, page, device, person_id):
    _log_in(page)
    _add(page)
    with database(live.app):
        key = db.session.scalars(select(Passkey)).one()
        assert (key.user_id, key.name, key.usage) == (person_id, "我的手机", "first")
    _leave(page)
    page.goto("/auth/login")
    page.click("text=用通行密钥登录")
    page.wait_for_url("**/today")
    assert "禾川城南路店" in page.content()
    with database(live.app):
        latest = db.session.scalars(select(SignIn).order_by(SignIn.id.desc()).limit(1)).one()
        assert (latest.person_id, latest.via) == (person_id, "webauthn")


def test_the_log_in_by_passkey_leads_back_to_where_it_was_asked(page, device, person_id):
    _log_in(page)
    _add(page)
    _leave(page)
    page.goto("/calendar")
    page.click("text=用通行密钥登录")
    page.wait_for_url("**/calendar")


def test_a_passkey_needs_the_owner_at_the_device(live, page, device, person_id):
    _log_in(page)
    _add(page)
    _leave(page)
    session, identity = device
    session.send("WebAuthn.setUserVerified", {"authenticatorId": identity, "isUserVerified": False})
    page.goto("/auth/login")
    page.click("text=用通行密钥登录")
    page.locator("[data-passkey-error=NotAllowedError]").wait_for()
    page.goto("/today")
    assert "/auth/login" in page.url


def test_a_passkey_is_enough_where_there_is_a_second_step(live, page, device, person_id):
    _log_in(page)
    _add(page)
    _leave(page)
    equip(live.app, person_id, tf_primary_method="authenticator", tf_totp_secret="x")
    try:
        page.goto("/auth/login")
        page.click("text=用通行密钥登录")
        page.wait_for_url("**/today")
    finally:
        equip(live.app, person_id, tf_primary_method=None, tf_totp_secret=None)


def test_a_passkey_shows_once_more_who_one_is(live, page, device, person_id):
    _log_in(page)
    _add(page)
    page.goto("/auth/verify?next=/account/tokens/new")
    page.click("text=改用通行密钥")
    page.wait_for_url("**/account/tokens/new")


def test_a_removed_passkey_opens_nothing(live, page, device, person_id):
    _log_in(page)
    _add(page)
    page.once("dialog", lambda dialog: dialog.accept())
    page.click("form[action*='wan-delete'] button")
    page.get_by_text("已移除通行密钥“我的手机”").wait_for()
    with database(live.app):
        assert db.session.scalars(select(Passkey)).all() == []
    _leave(page)
    page.goto("/auth/login")
    page.click("text=用通行密钥登录")
    page.get_by_text("这个通行密钥没有登记").wait_for()
    page.goto("/today")
    assert "/auth/login" in page.url


def test_the_same_device_is_added_once(page, device, person_id):
    _log_in(page)
    _add(page)
    page.fill("form:has([name=usage]) [name=name]", "又一个")
    page.click("form:has([name=usage]) button.btn-primary")
    page.locator("[data-passkey-error=InvalidStateError]").wait_for()


def test_without_passkeys_the_button_is_not_there(chromium, live):
    context = chromium.new_context(base_url=live.address, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto("/auth/login")
    assert not page.locator("text=用通行密钥登录").is_visible()
    assert page.locator("[name=password]").is_visible()
    page.goto(live.address.replace("localhost", "127.0.0.1") + "/auth/login")
    assert page.locator("[data-needs-passkeys]").count() == 0
    context.close()
