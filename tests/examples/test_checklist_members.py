"""Each member of the contract, where people meet it: the installed checklist on the pages of the portal.

tests/architecture/test_contract.py asks that each member has a test here, called after it.
"""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select

from plugins.briefings.services import Plan, compose
from portal.accounts import personal_data
from portal.accounts.models import Role
from portal.accounts.services import create_person, join
from portal.api import Store, clock, enqueue, session, the_host
from portal.contracts import API_VERSION
from portal.host.declarations import check_facts
from portal.host.tables import unowned_tables
from portal.jobs.registry import EXTENSION
from portal.notifications.models import Notification
from portal.webhooks.models import WebHookDelivery

pytestmark = [pytest.mark.usefixtures("switched_on"), pytest.mark.slow]

FIRST_THING = "冷柜温度在 2 到 8 度"
PLUGINS, SETTINGS = "/admin/plugins", "/admin/plugins/checklist/settings"


def tick_everything(act_as, role="store_staff"):
    from storewise_checklist import queries, services

    with act_as(role) as viewer:
        for item in queries.items():
            services.tick(item, store_id=viewer.store.id, by=viewer)


def ticks(act_as):
    from storewise_checklist.models import Tick

    with act_as("administrator"):
        return list(session.scalars(select(Tick)))


def messages(client):
    return client.get("/notifications").text


# Facts


def test_name_is_where_its_pages_begin_and_what_its_tables_are_called(client_as):
    from storewise_checklist.models import Item

    assert client_as("manager").get("/checklist/items").status_code == 200
    assert Item.__tablename__.startswith("checklist_")


def test_title_and_description_are_what_the_administrator_reads(client_as):
    assert (
        "What a store looks at when it opens, ticked off on the phone." in client_as("administrator").get(PLUGINS).text
    )
    chinese = client_as("administrator", language="zh_Hans").get(PLUGINS).text
    assert "开店检查清单" in chinese
    assert "门店开门时要看的，在手机上打勾。" in chinese


def test_version_and_icon_stand_beside_the_title(client_as, app):
    page = client_as("administrator").get(PLUGINS).text
    assert "checklist 1.1" in page
    with app.app_context():
        drawn = app.jinja_env.globals["icon"]("list-check")
    line = page[: page.index("checklist 1.1")].rpartition("<li>")[2]
    assert drawn in line


def test_requires_api_keeps_a_plugin_out_that_is_too_new(app, monkeypatch):
    plugin = app.extensions["storewise_host"].plugins["checklist"]
    assert check_facts(plugin, ()) == []
    major, minor = API_VERSION
    monkeypatch.setattr(plugin, "requires_api", (major, minor + 1))
    assert check_facts(plugin, ()) == [f"needs API {major}.{minor + 1}, this portal has {major}.{minor}"]


def test_requires_keeps_what_is_needed_on(client_as, app, monkeypatch):
    monkeypatch.setattr(app.extensions["storewise_host"].plugins["checklist"], "requires", ("trade",))
    answer = client_as("administrator").post("/admin/plugins/trade/off")
    assert answer.status_code == 422
    assert "Switch off Opening checklist first." in answer.text


def test_settings_form_is_asked_and_kept(client_as):
    assert "Day of the weekly things" in client_as("administrator").get(SETTINGS).text
    assert client_as("administrator").post(SETTINGS, data={"weekly_day": "1"}).status_code == 302
    assert "4 things to look at" in client_as("store_staff").get("/today").text


def test_default_settings_hold_until_others_are_set(act_as):
    with act_as("administrator"):
        assert the_host().settings_of("checklist") == {"weekly_day": 0, "remind": True}


def test_shared_tables_are_the_only_ones_without_a_wall(app, monkeypatch):
    from storewise_checklist.models import Item

    plugin = app.extensions["storewise_host"].plugins["checklist"]
    assert unowned_tables(plugin) == []
    monkeypatch.setattr("portal.host.tables.DistributorOwned", type("Nobody", (), {}))
    assert unowned_tables(plugin) == ["checklist_item", "checklist_tick"]
    monkeypatch.setattr(plugin, "shared_tables", {Item.__tablename__: "the same for everybody"})
    assert unowned_tables(plugin) == ["checklist_tick"]


# Read once, at the start


def test_blueprints_are_its_pages(client_as):
    assert FIRST_THING in client_as("store_staff").get("/checklist/").text


def test_api_blueprints_are_its_part_of_the_web_api(api_as):
    assert api_as("store_staff").get("/api/v1/checklist/today").json["items"][0]["title"] == FIRST_THING
    assert "/v1/checklist/today" in api_as("store_staff").get("/api/v1/openapi.json").json["paths"]


def test_permissions_are_given_to_their_roles_and_can_be_taken_away(client_as, act_as):
    assert client_as("manager").get("/checklist/items").status_code == 200
    assert client_as("rep").get("/checklist/items").status_code == 403
    assert "Keep the opening checklist" in client_as("administrator").get("/admin/roles").text
    with act_as("administrator"):
        manager = session.scalars(select(Role).where(Role.key == "manager")).one()
        manager.permissions = [name for name in manager.permissions if name != "checklist.manage"]
    assert client_as("manager").get("/checklist/items").status_code == 403


def test_nav_items_lead_to_it_from_every_page(client_as):
    assert 'href="/checklist/items"' in client_as("manager").get("/today").text
    assert 'href="/checklist/items"' not in client_as("rep").get("/today").text
    assert 'href="/checklist/"' in client_as("store_staff").get("/more").text


def test_commands_run_under_its_name(app):
    answer = app.test_cli_runner().invoke(args=["checklist", "standard", "--as", "manager@first.example"])
    assert (answer.exit_code, answer.output) == (0, "")


def test_jobs_are_done_by_a_worker(app, act_as, client_as, run_jobs):
    assert "checklist.remind" in app.extensions[EXTENSION].schedules
    with act_as("administrator"):
        enqueue("checklist.remind")
    run_jobs()
    assert "The opening checklist is not done yet" in messages(client_as("store_staff"))
    assert "The opening checklist is not done yet" not in messages(client_as("store_staff", "other"))


def test_notification_kinds_can_be_chosen(client_as):
    page = client_as("store_staff").get("/notifications/settings").text
    assert 'value="checklist.open"' in page
    assert 'value="checklist.open" checked' not in page  # mail_by_default=False


def test_subscriptions_hear_of_what_the_core_does(act_as, world):
    with act_as("administrator"):
        newcomer = create_person("New", email="new@first.example")
        member = join(newcomer, "store_staff", store=session.get(Store, world.first.stores[0]))
        mine = select(Notification.title).where(Notification.membership_id == member.id)
        assert [title["en"] for title in session.scalars(mine)] == ["Your store has an opening checklist"]


def test_public_signals_go_to_other_systems(act_as, client_as, world):
    client = client_as("administrator")
    assert "Opening checklist: A store has looked at everything" in client.get("/admin/web-hooks/new").text
    address = {"name": "ERP", "url": "https://erp.example/hook", "events": "checklist.finished"}
    assert client.post("/admin/web-hooks/new", data=address).status_code == 302
    tick_everything(act_as)
    with act_as("administrator"):
        sent = select(WebHookDelivery.ids).where(WebHookDelivery.event == "checklist.finished")
        assert session.scalars(sent).all() == [{"store_id": world.first.stores[0]}]


def test_audit_titles_are_words_in_the_log(act_as, client_as):
    tick_everything(act_as)
    assert "ticked something off" in client_as("administrator").get("/audit").text
    assert "勾掉了一项" in client_as("administrator", language="zh_Hans").get("/audit").text


def test_details_of_what_it_records_are_words_in_the_log(act_as, client_as):
    from storewise_checklist import services

    with act_as("manager"):
        services.add_item(services.NewItem("Freezer", "", "weekly"))
    assert "How often: once a week" in client_as("administrator").get("/audit").text
    assert "多久一次：每周" in client_as("administrator", language="zh_Hans").get("/audit").text


# Asked


def test_home_cards_stand_on_today(client_as):
    assert "5 things to look at" in client_as("store_staff").get("/today").text
    assert "还有 5 项要看" in client_as("store_staff", language="zh_Hans").get("/today").text
    assert "things to look at" not in client_as("store_staff", "other").get("/today").text


def test_timeline_is_the_stores_history(act_as, client_as, world):
    tick_everything(act_as)
    page = client_as("manager").get(f"/stores/{world.first.stores[0]}").text
    assert "Checklist: 5 things ticked" in page


def test_calendar_entries_stand_in_the_calendar(client_as):
    assert "Weekly things of the opening checklist" in client_as("store_staff").get("/calendar").text


def test_search_finds_its_things(client_as):
    assert FIRST_THING in client_as("store_staff").get("/search?q=冷柜").text


def test_briefing_sections_stand_in_the_briefing(client_as, act_as):
    with act_as("manager") as viewer:
        today = clock.now().date()
        briefing = compose(Plan("March", today - timedelta(days=30), today), by=viewer)
        session.flush()
        number = briefing.id
    page = client_as("manager").get(f"/briefings/{number}").text
    assert "What stands above was looked at least often." in page
    assert FIRST_THING in page


def test_store_signals_stand_on_the_stores_page(act_as, client_as, world):
    tick_everything(act_as)
    assert "Opening checklist done" in client_as("manager").get(f"/stores/{world.first.stores[0]}").text


def test_personal_data_is_in_the_persons_file(act_as):
    tick_everything(act_as)
    with act_as("store_staff") as viewer, zipfile.ZipFile(io.BytesIO(personal_data.export(viewer.person))) as archive:
        (part,) = json.loads(archive.read("first/checklist.json"))
    assert len(part["rows"]) == 5
    assert FIRST_THING in {row["what"] for row in part["rows"]}


def test_erase_person_leaves_the_ticks_without_the_name(act_as):
    tick_everything(act_as)
    with act_as("store_staff") as viewer:
        personal_data.erase(viewer.person)
    assert [tick.by_id for tick in ticks(act_as)] == [None] * 5


# Life


def test_activated_writes_the_first_list(act_as):
    from storewise_checklist import queries

    with act_as("administrator"):
        assert len(queries.items()) == 5
    with act_as("administrator", "other"):
        assert queries.items() == []


def test_deactivated_tells_the_stores_and_keeps_what_is_there(client_as, act_as):
    tick_everything(act_as)
    assert client_as("administrator").post("/admin/plugins/checklist/off").status_code == 302
    assert "The opening checklist is not used any more" in messages(client_as("store_staff"))
    assert client_as("store_staff").get("/checklist/").status_code == 404
    assert len(ticks(act_as)) == 5
