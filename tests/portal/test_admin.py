"""Plug-ins on and off, their settings, and the settings of the distributor."""

import re
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from portal.accounts.models import Distributor, PluginActivation, Role
from portal.audit.models import AuditEntry
from portal.db import db
from portal.errors import RuleBroken
from portal.host import the_host
from portal.tenancy import Scope, acting_for
from portal.testing import running_app, settings_for
from tests.portal.ladder_plugin import Ladder
from tests.portal.people_kit import database
from tests.portal.shelf_plugin import Shelf


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    with running_app(settings_for(tmp_path_factory.mktemp("admin")), (Shelf, Ladder)) as application:
        application.extensions["storewise_host"].quarantined["crooked"] = "needs API 9.0, this portal has 1.0"
        yield application


@pytest.fixture
def admin(client_as):
    Shelf.calls.clear()
    yield client_as("administrator")
    Shelf.trouble = None


def _is_on(app, world, name="shelf", distributor="first"):
    with database(app):
        return bool(
            db.session.scalar(
                select(PluginActivation.active).where(
                    PluginActivation.plugin == name, PluginActivation.distributor_id == world[distributor].id
                )
            )
        )


def test_the_page_shows_every_plug_in_and_why_one_cannot_be_used(admin, count_queries):
    with count_queries() as queries:
        page = admin.get("/admin/plugins").text
    assert "Keeps things in order." in page
    assert "2.1" in page
    assert "needs API 9.0" in page
    assert len(queries) <= 6


def test_off_and_on_again_for_one_distributor_alone(app, world, admin, client_as):
    manager = client_as("manager")
    assert manager.get("/shelf/").status_code == 200
    admin.post("/admin/plugins/ladder/off")
    assert admin.post("/admin/plugins/shelf/off").status_code == 302
    assert Shelf.calls == [("off", "first")]
    assert manager.get("/shelf/").status_code == 404
    assert "/shelf/" not in manager.get("/today").text
    assert client_as("manager", "other").get("/shelf/").status_code == 200
    assert admin.post("/admin/plugins/shelf/on").status_code == 302
    assert Shelf.calls == [("off", "first"), ("on", "first")]
    assert manager.get("/shelf/").status_code == 200
    with database(app):
        noted = db.session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("plugins.%"))).all()
        assert noted == ["plugins.switched_off", "plugins.switched_off", "plugins.switched_on"]


def test_two_taps_switch_once(app, world, admin):
    admin.post("/admin/plugins/ladder/off")
    for _ in range(2):
        assert admin.post("/admin/plugins/shelf/off").status_code == 302
    assert Shelf.calls == [("off", "first")]


def test_what_others_need_cannot_be_switched_off_before_them(app, world, admin):
    answer = admin.post("/admin/plugins/shelf/off")
    assert answer.status_code == 422
    assert "Ladder" in answer.text
    assert _is_on(app, world)
    assert Shelf.calls == []


def test_what_needs_others_cannot_be_switched_on_before_them(app, world, admin):
    admin.post("/admin/plugins/ladder/off")
    admin.post("/admin/plugins/shelf/off")
    answer = admin.post("/admin/plugins/ladder/on")
    assert answer.status_code == 422
    assert "Shelf" in answer.text
    assert not _is_on(app, world, "ladder")


@pytest.mark.parametrize("kind", [ValueError("no"), RuleBroken("", "Not before noon.")])
def test_a_plug_in_that_fails_at_switching_changes_nothing_and_says_so(app, world, admin, kind):
    admin.post("/admin/plugins/ladder/off")
    Shelf.trouble = kind
    answer = admin.post("/admin/plugins/shelf/off")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    if isinstance(kind, RuleBroken):
        assert "Not before noon." in answer.text
    assert _is_on(app, world)
    with database(app):
        assert db.session.get(Distributor, world.first.id).name == "禾川商贸"


def test_a_plug_in_that_is_new_here_is_off_until_switched_on_and_gives_its_roles_their_rights(
    app, world, admin, client_as
):
    with database(app):
        for row in db.session.scalars(
            select(PluginActivation).where(PluginActivation.distributor_id == world.first.id)
        ):
            db.session.delete(row)
        for role in db.session.scalars(select(Role)):
            role.permissions = [name for name in role.permissions if not name.startswith("shelf.")]
    assert client_as("manager").get("/shelf/").status_code == 404
    assert 'action="/admin/plugins/shelf/on"' in admin.get("/admin/plugins").text
    assert admin.post("/admin/plugins/shelf/on").status_code == 302
    assert client_as("manager").get("/shelf/").status_code == 200


def test_plug_ins_that_nobody_knows_are_not_there(admin):
    for path in ("/admin/plugins/nothing/on", "/admin/plugins/crooked/on", "/admin/plugins/nothing/settings"):
        assert admin.post(path).status_code == 404


def test_settings_are_kept_as_what_they_are(app, world, admin):
    page = admin.get("/admin/plugins/shelf/settings").text
    assert 'value="10.00"' in page
    wanted = {"limit": "12.50", "since": "2026-11-23", "label": "<b>", "days": ["tu", "we"]}
    assert admin.post("/admin/plugins/shelf/settings", data=wanted).status_code == 302
    page = admin.get("/admin/plugins/shelf/settings").text
    assert 'value="12.50"' in page
    assert 'value="2026-11-23"' in page
    assert "&lt;b&gt;" in page
    with app.test_request_context(), acting_for(Scope(world.first.id)):
        kept = the_host().settings_of("shelf")
        db.session.remove()
    assert kept == {
        "limit": Decimal("12.50"),
        "since": date(2026, 11, 23),
        "strict": False,
        "label": "<b>",
        "days": ["tu", "we"],
    }


def test_wrong_settings_say_so_and_change_nothing(app, world, admin):
    answer = admin.post("/admin/plugins/shelf/settings", data={"limit": "-1", "label": "kept", "since": "2026-11-23"})
    assert answer.status_code == 422
    assert 'id="limit-error"' in answer.text
    assert 'value="kept"' in answer.text
    assert 'value="10.00"' in admin.get("/admin/plugins/shelf/settings").text


def test_settings_of_a_plug_in_that_is_off_are_not_there(admin):
    admin.post("/admin/plugins/ladder/off")
    admin.post("/admin/plugins/shelf/off")
    assert admin.get("/admin/plugins/shelf/settings").status_code == 404


# Settings of the distributor


def test_the_distributor_is_renamed_and_counts_days_elsewhere(app, world, admin, count_queries):
    with count_queries() as queries:
        assert admin.get("/admin/settings").status_code == 200
    assert len(queries) <= 6
    answer = admin.post("/admin/settings", data={"name": "禾川", "language": "en", "timezone": "Asia/Urumqi"})
    assert answer.status_code == 302
    with database(app):
        row = db.session.get(Distributor, world.first.id)
        assert (row.name, row.language, row.timezone) == ("禾川", "en", "Asia/Urumqi")
        assert db.session.get(Distributor, world.other.id).name == "北原食品"


@pytest.mark.parametrize(("fields", "field"), [({"name": ""}, "name"), ({"timezone": "Mars/Olympus"}, "timezone")])
def test_wrong_settings_of_the_distributor_are_refused_at_their_field(admin, fields, field):
    answer = admin.post(
        "/admin/settings", data={"name": "禾川", "language": "en", "timezone": "Asia/Shanghai", **fields}
    )
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


def test_every_administration_page_reads_in_chinese(app, client_as):
    client = client_as("administrator", language="zh_Hans")
    for path in (
        "/admin/people",
        "/admin/people/invite",
        "/admin/roles",
        "/admin/roles/new",
        "/admin/plugins",
        "/admin/settings",
        "/audit",
    ):
        page = client.get(path).text
        assert re.search(r"<h1[^>]*>[^<]*[\u4e00-\u9fff]", page), path
