"""The details of the audit log in the reader's language: names of fields and codes in them; the raw word for others."""

import csv
import io
from datetime import UTC, datetime

import pytest

from plugins.complaints import services as complaints
from plugins.complaints.services import Report
from portal import clock
from portal.audit.services import record
from portal.audit.texts import details_text
from portal.db import db
from portal.stores import services as stores
from portal.stores.models import Store
from portal.webhooks import services as web_hooks
from portal.webhooks.services import HookPlan


def said(act_as, action, **details):
    with act_as("administrator"), clock.frozen(datetime(2026, 3, 10, 4, tzinfo=UTC)):
        return details_text(action, details)


@pytest.mark.parametrize(
    ("action", "details", "words"),
    [
        ("complaints.answered", {"state": "answered"}, "State: Answered"),
        ("complaints.severity_changed", {"severity": "serious"}, "Severity: Serious"),
        ("events.signed_up", {"state": "waiting", "seats": 2}, "Seats: 2; State: On the waiting list"),
        ("trade.taken_in", {"kind": "sales", "rows": 7}, "Type: Daily sales; Rows: 7"),
        (
            "advice.proposal_accepted",
            {"kind": "dead_stock", "choice": "order:31"},
            "Chosen way: Order 31; Type: Dead stock",
        ),
        ("channels.added", {"kinds": ["complaints.filed", "gone.kind"]}, "Hears of: New complaints, gone.kind"),
        ("channels.changed", {"fields": ["address", "name"]}, "Fields: Address, Called"),
        ("role.changed", {"added": ["complaints.file"], "removed": []}, "Added: File complaints and write about them"),
        ("person.invited", {"role": "store_staff", "by_mail": True}, "By e-mail: yes; Role: Store staff"),
        ("plugins.switched_on", {"plugin": "complaints"}, "Plug-in: Complaints & service"),
        (
            "web_hooks.secret_renewed",
            {"former_until": "2026-03-12 04:05:00+00:00"},
            "Former secret valid until: Thu 12 March 12:05",
        ),
        ("role.added", {"title": "=1+1", "side": "store"}, "Side: Store; Title: =1+1"),
        (
            "shelf.tidied",
            {"how_far": "quite", "state": "odd", "expires_at": "soon"},
            "Ends: soon; how_far: quite; State: odd",
        ),
        ("stores.changed", {}, ""),
    ],
)
def test_fields_and_codes_are_words_and_what_is_unknown_stays(act_as, action, details, words):
    assert said(act_as, action, **details) == words


def test_what_a_store_was_and_is_reads_in_words(act_as, client_as, world):
    with act_as("administrator"):
        store = db.session.get_one(Store, world.first.stores[0])
        store.format, store.tier, store.opened_on = "convenience", "C", None
        db.session.flush()
        details = stores.details_of(store)
        stores.change_store(
            store,
            stores.StoreDetails(
                **{name: getattr(details, name) for name in details.__slots__} | {"format": "supermarket", "tier": "A"}
            ),
        )
    english = client_as("administrator").get("/audit").text
    assert (
        "After: Format Supermarket, Tier A; Before: Format Convenience store, Tier C; Fields: Format, Tier" in english
    )
    chinese = client_as("administrator", language="zh_Hans").get("/audit").text
    assert "变更后：业态 超市、等级 A；变更前：业态 便利店、等级 C；字段：业态、等级" in chinese


@pytest.mark.parametrize(("language", "words"), [("en", "A complaint was filed"), ("zh_Hans", "有新投诉")])
def test_the_page_and_the_export_say_it_in_the_readers_language(act_as, client_as, language, words, count_queries):
    with act_as("administrator"):
        web_hooks.add_hook(HookPlan("ERP", "https://erp.example/", ("complaints.filed",)))
    client = client_as("administrator", language=language)
    with count_queries() as queries:
        page = client.get("/audit").text
    assert len(queries) <= 6
    assert words in page
    assert "complaints.filed" not in page
    rows = list(csv.reader(io.StringIO(client.get("/audit/export?format=csv").data.decode("utf-8-sig"))))
    assert any(words in cell for row in rows for cell in row)


def test_a_plug_ins_word_counts_for_its_own_entries_alone(act_as):
    assert said(act_as, "complaints.answered", state="confirmed") == "State: Confirmed"
    assert said(act_as, "briefings.changed", state="confirmed") == "State: confirmed"


def test_words_do_not_change_what_programs_read(act_as, api_as):
    with act_as("store_manager") as viewer:
        complaint = complaints.file_complaint(Report("quality", "x"), by=viewer)
        record("complaints.answered", complaint, state="answered")
    entries = api_as("administrator").get("/api/v1/audit?action=complaints.answered").json["items"]
    assert [entry["details"] for entry in entries] == [{"state": "answered"}]
