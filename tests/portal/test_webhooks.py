"""Web hooks out: what other systems get, how they know that it is ours, and who may set them up."""

import hashlib
import hmac
import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from plugins.complaints import services as complaints
from plugins.complaints.models import Complaint
from plugins.complaints.services import Report
from portal import ROOT, clock
from portal.audit.models import AuditEntry
from portal.contracts import Plugin
from portal.db import db
from portal.host.declarations import DECLARATIONS
from portal.jobs.worker import run_pending
from portal.signals import signal
from portal.webhooks import services
from portal.webhooks.models import WebHook, WebHookDelivery
from portal.webhooks.services import HookPlan
from portal.webhooks.signing import signature
from tests.portal.outside_kit import outside
from tests.portal.people_kit import database

FILED = "complaints.filed"


@pytest.fixture
def place(app, world, monkeypatch):
    """A receiver on this machine, which the operator allows to be called."""
    for each in (app, app.extensions["storewise_api"]):
        monkeypatch.setitem(each.config, "ALLOW_PRIVATE_ADDRESSES", True)
    with outside() as state:
        yield state


@pytest.fixture
def hook(app, act_as, place):
    """A hook that hears of complaints, and has had its test; its id and its secret."""
    with act_as("administrator"):
        made, secret = services.add_hook(HookPlan("ERP", f"{place.url}/hook", (FILED, "portal.store_created")))
        hook_id = made.id
    run_pending(app)
    place.heard.clear()
    return hook_id, secret


def complain(act_as, role="store_manager", distributor="first"):
    with act_as(role, distributor) as viewer:
        return complaints.file_complaint(Report("quality", "a private text"), by=viewer).id


def rows(app, model):
    with database(app):
        found = db.session.scalars(select(model).order_by(model.id)).all()
        db.session.expunge_all()
        return found


def test_a_complaint_is_told_with_its_id_and_no_text(app, act_as, world, hook, place):
    now = datetime(2026, 3, 12, 4, 5, 6, tzinfo=UTC)
    with clock.frozen(now):
        complaint_id = complain(act_as)
    assert place.heard == []
    run_pending(app)
    (heard,) = place.heard
    (kept,) = [row for row in rows(app, WebHookDelivery) if row.event == FILED]
    assert heard.path == "/hook"
    assert heard.json == {
        "id": kept.key,
        "type": FILED,
        "at": "2026-03-12T04:05:06+00:00",
        "distributor": "first",
        "data": {"complaint_id": complaint_id},
    }
    assert heard.headers["Content-Type"] == "application/json"
    assert heard.headers["X-Storewise-Delivery"] == kept.key == str(uuid.UUID(kept.key))
    assert heard.headers["X-Storewise-Event"] == FILED


def test_the_receiver_can_check_whose_it_is_and_how_old(app, act_as, hook, place):
    _id, secret = hook
    complain(act_as)
    sent_at = datetime(2026, 11, 30, 8, 0, 0, tzinfo=UTC)
    with clock.frozen(sent_at):
        run_pending(app)
    (heard,) = place.heard
    found = re.fullmatch(r"t=(\d+),v1=([0-9a-f]{64})", heard.headers["X-Storewise-Signature"])
    assert int(found[1]) == sent_at.timestamp()
    expected = hmac.new(secret.encode(), found[1].encode() + b"." + heard.body, hashlib.sha256).hexdigest()
    assert found[2] == expected


def test_nothing_is_told_of_what_was_rolled_back_not_asked_for_or_of_another_distributor(app, act_as, hook, place):
    with pytest.raises(ZeroDivisionError), act_as("store_manager") as viewer:
        complaints.file_complaint(Report("quality", "x"), by=viewer)
        raise ZeroDivisionError
    complain(act_as, distributor="other")
    complaint_id = complain(act_as)
    with act_as("manager") as viewer:
        complaint = db.session.get_one(Complaint, complaint_id)
        complaints.say(complaint, "answered", by=viewer)  # complaints.answered was not asked for
    run_pending(app)
    assert [heard.json["type"] for heard in place.heard] == [FILED]


def test_of_what_a_signal_carries_only_the_declared_ids_leave_the_portal(app, act_as, hook, place):
    with act_as("manager"):
        signal(FILED).send(None, complaint_id=7, text="a private text", store_id=2)
        signal(FILED).send(None, complaint_id={"text": "a private text"})
    run_pending(app)
    assert [heard.json["data"] for heard in place.heard] == [{"complaint_id": 7}, {}]


def test_signals_of_the_core_are_told_under_the_portals_name(app, client_as, hook, place):
    answer = client_as("manager").post(
        "/stores/new", data={"number": "0099", "name": "新店", "format": "convenience", "tier": "A", "region": "城南"}
    )
    assert answer.status_code == 302
    run_pending(app)
    (heard,) = place.heard
    assert heard.json["type"] == "portal.store_created"
    assert list(heard.json["data"]) == ["store_id"]


def test_the_secret_is_shown_once_and_sealed(app, client_as, place):
    admin = client_as("administrator")
    data = {"name": "ERP", "url": f"{place.url}/hook", "events": [FILED]}
    answer = admin.post("/admin/web-hooks/new", data=data)
    first, second = admin.get(answer.location).text, admin.get(answer.location).text
    (secret,) = set(re.findall(r"whsec_[\w-]{43}", first))
    assert "whsec_" not in second
    assert secret not in str(vars(rows(app, WebHook)[0]))
    run_pending(app)
    (heard,) = place.heard
    assert (heard.json["type"], heard.json["data"]) == ("portal.ping", {})
    assert signed_with(secret, heard)
    renewed = admin.post(answer.location + "/secret")
    (another,) = set(re.findall(r"whsec_[\w-]{43}", admin.get(renewed.location).text))
    admin.post(answer.location + "/test")
    run_pending(app)
    assert signed_with(another, place.heard[-1])
    assert "whsec_" not in admin.get(answer.location).text


def signed_with(secret, heard):
    """Whether one of the signatures is by this secret; every part must look like a signature."""
    parts = [re.fullmatch(r"t=(\d+),v1=([0-9a-f]{64})", part) for part in signature_of(heard).split(" ")]
    codes = [
        hmac.new(secret.encode(), f"{found[1]}.".encode() + heard.body, hashlib.sha256).hexdigest() == found[2]
        for found in parts
    ]
    return any(codes)


def signature_of(heard):
    return heard.headers["X-Storewise-Signature"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": " "}, "Please name the web hook."),
        ({"url": ""}, "Please give the address."),
        ({"url": "http://hooks.example.com/"}, "must begin with https://"),
        ({"url": "hooks.example.com"}, "must begin with https://"),
        ({"url": "https://me:secret@hooks.example.com/"}, "leave name and password out"),
        ({"url": "https://10.0.0.1/"}, "inside of the portal&#39;s own network"),
        ({"url": "https://0x7f000001/"}, "inside of the portal&#39;s own network"),
        ({"url": "https://[::ffff:192.168.0.1]/"}, "inside of the portal&#39;s own network"),
        ({"url": "https://localhost/"}, "inside of the portal&#39;s own network"),
        ({"url": "https://hooks.example.com/#x"}, "cannot be understood"),
    ],
)
def test_what_will_not_do_is_said_at_its_field_and_nothing_typed_is_lost(client_as, world, changed, said):
    filled = {"name": "ERP", "url": "https://hooks.example.com/", "events": [FILED]} | changed
    answer = client_as("administrator").post("/admin/web-hooks/new", data=filled)
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{filled["url"]}"' in answer.text
    assert re.search(rf'value="{FILED}"[^>]*checked', answer.text)


def test_everything_that_is_changed_is_noted(app, client_as, hook, place):
    hook_id, _secret = hook
    admin = client_as("administrator")
    changed = {"name": "Other", "url": f"{place.url}/other", "events": ["advice.published"]}
    assert admin.post(f"/admin/web-hooks/{hook_id}/edit", data=changed).status_code == 302
    (kept,) = rows(app, WebHook)
    assert (kept.name, kept.url, kept.events) == ("Other", f"{place.url}/other", ["advice.published"])
    run_pending(app)
    assert [heard.path for heard in place.heard] == ["/other"]  # a new address is tried at once
    for deed in ("secret", "off", "on", "remove"):
        assert admin.post(f"/admin/web-hooks/{hook_id}/{deed}").status_code == 302
    assert rows(app, WebHook) == rows(app, WebHookDelivery) == []
    deeds = [entry.action for entry in rows(app, AuditEntry) if entry.action.startswith("web_hooks.")]
    expected = ["added", "changed", "secret_renewed", "switched_off", "switched_on", "removed"]
    assert deeds == [f"web_hooks.{deed}" for deed in expected]
    assert "changed a web hook" in admin.get("/audit").text


def test_pages_are_for_who_may_connect_and_foreign_ones_are_not_there(client_as, hook):
    hook_id, _secret = hook
    paths = [f"/admin/web-hooks/{hook_id}{rest}" for rest in ("", "/edit", "/remove", "/secret")]
    for path in ("/admin/web-hooks", "/admin/web-hooks/new", *paths):
        assert client_as("manager").get(path).status_code == 403
        assert client_as("store_manager").get(path).status_code == 403
    for path in paths:
        assert client_as("administrator", "other").get(path).status_code == 404
    for deed in ("test", "on", "off", "remove", "secret", "deliveries/1/again"):
        assert client_as("administrator", "other").post(f"/admin/web-hooks/{hook_id}/{deed}").status_code == 404


@pytest.mark.parametrize("language", ["en", "zh_Hans"])
def test_the_pages_cost_few_queries_and_speak_both_languages(client_as, hook, count_queries, language):
    admin = client_as("administrator", language=language)
    for path, word in (
        ("/admin/web-hooks", {"en": "Add a web hook", "zh_Hans": "添加 Webhook"}),
        (f"/admin/web-hooks/{hook[0]}", {"en": "A complaint was filed", "zh_Hans": "有新投诉"}),
        (f"/admin/web-hooks/{hook[0]}/edit", {"en": "What it hears of", "zh_Hans": "接收哪些事件"}),
    ):
        with count_queries() as queries:
            page = admin.get(path).text
        assert word[language] in page
        assert len(queries) <= 6, queries.sent


def test_only_events_of_plug_ins_that_are_on_are_offered(client_as, world):
    admin = client_as("administrator")
    assert 'value="meetings.booked"' in admin.get("/admin/web-hooks/new").text
    admin.post("/admin/plugins/meetings/off")
    page = admin.get("/admin/web-hooks/new").text
    assert 'value="meetings.booked"' not in page
    assert f'value="{FILED}"' in page


def test_every_bundled_plug_in_says_what_of_it_is_public_and_sends_ids_alone(app):
    plugins = app.extensions["storewise_host"].plugins
    public = [each for plugin in plugins.values() for each in plugin.public_signals()]
    assert {"complaints.filed", "advice.published", "events.registration_changed", "briefings.issued"} <= {
        each.name for each in public
    }
    for each in public:
        assert each.ids
        assert all(name.endswith("_id") for name in each.ids)


def test_a_plug_in_that_declares_nothing_makes_nothing_public():
    assert list(Plugin().public_signals()) == []
    assert "public_signals" in DECLARATIONS


def test_old_deliveries_are_forgotten(app, act_as, hook, place):
    complain(act_as)
    run_pending(app)
    with act_as("administrator"):
        assert services.clean_up(clock.now() + timedelta(days=29)) == 0
        assert services.clean_up(clock.now() + timedelta(days=31)) == 2
    assert rows(app, WebHookDelivery) == []
    assert [heard.json["type"] for heard in place.heard] == [FILED]


def example_of_the_documents():
    text = (ROOT / "docs" / "web-hooks.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    example: dict[str, object] = {}
    exec(code, example)  # noqa: S102 (that it runs as it stands there is what the document says)
    return example["is_from_storewise"]


def test_the_example_of_the_documents_takes_what_is_ours_and_nothing_else(app, act_as, hook, place):
    _id, secret = hook
    complain(act_as)
    run_pending(app)
    (heard,) = place.heard
    header = heard.headers["X-Storewise-Signature"]
    check = example_of_the_documents()
    assert check(secret, header, heard.body)
    assert not check("whsec_another", header, heard.body)
    assert not check(secret, header, heard.body + b" ")
    assert not check(secret, header.replace("t=1", "t=2"), heard.body)
    for nonsense in ("", "v1=", "t=x,v1=y", header.partition(",")[0]):
        assert not check(secret, nonsense, heard.body)
    old = signature(secret, clock.now() - timedelta(minutes=6), heard.body)
    assert not check(secret, old, heard.body)
