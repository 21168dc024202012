"""Channels: the distributor's chats and services, told by apprise what happens."""

import json
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from portal import clock
from portal.audit.models import AuditEntry
from portal.db import db
from portal.errors import RuleBroken
from portal.jobs.worker import run_pending
from portal.notifications import apprise_process, channels
from portal.notifications.channel_addresses import normal_address, without_secrets
from portal.notifications.channels import ChannelPlan
from portal.notifications.models import Channel, ChannelPost, Notification
from portal.notifications.services import notify
from portal.outbound import AddressRefused
from tests.portal.mail_kit import tell, work_at
from tests.portal.outside_kit import outside
from tests.portal.people_kit import database

KIND = "complaints.filed"


@pytest.fixture
def place(app, world, monkeypatch):
    """A service of our own on this machine, which the operator allows to be called."""
    for each in (app, app.extensions["storewise_api"]):
        monkeypatch.setitem(each.config, "ALLOW_PRIVATE_ADDRESSES", True)
    with outside() as state:
        yield state


@pytest.fixture
def channel(app, act_as, place):
    """A channel that hears of complaints, and has had its test message."""
    with act_as("administrator"):
        made = channels.add_channel(ChannelPlan("Team", f"json://127.0.0.1:{place.port}/secret-path-12", (KIND,), "en"))
        channel_id = made.id
    run_pending(app)
    place.heard.clear()
    return channel_id


def rows(app, model):
    with database(app):
        found = db.session.scalars(select(model).order_by(model.id)).all()
        db.session.expunge_all()
        return found


def form(place, **changed):
    address = f"json://127.0.0.1:{place.port}/secret-path-12"
    return {"name": "Team", "address": address, "ours": [KIND], "language": "en"} | changed


def test_a_new_channel_gets_a_test_message_and_says_that_it_works(app, client_as, place):
    admin = client_as("administrator")
    answer = admin.post("/admin/channels/new", data=form(place))
    assert answer.status_code == 302
    assert "on its way" in admin.get(answer.location).text
    run_pending(app)
    (heard,) = place.heard
    assert heard.path == "/secret-path-12"
    assert heard.json["title"] == "Test message: this channel works."
    assert "sent" in admin.get(answer.location).text
    assert "works" in admin.get("/admin/channels").text


def test_the_address_is_sealed_in_the_database_and_shown_without_its_secret(app, client_as, channel, place):
    (kept,) = rows(app, Channel)
    assert "secret-path" not in kept.sealed + kept.shown
    admin = client_as("administrator")
    for path in ("/admin/channels", f"/admin/channels/{channel}", f"/admin/channels/{channel}/edit", "/audit"):
        page = admin.get(path).text
        assert "secret-path" not in page
    assert "127.0.0.1/••••" in admin.get("/admin/channels").text


def test_a_headline_with_its_link_is_posted_after_the_commit_and_no_text(app, act_as, world, channel, place):
    tell(act_as, world, kind=KIND, title="New complaint", body="private words", url="/complaints/1")
    assert place.heard == []
    run_pending(app)
    (heard,) = place.heard
    assert heard.json["title"] == "New complaint"
    assert "http://127.0.0.1:8000/complaints/1" in heard.json["message"]
    assert "private words" not in heard.body.decode()


def test_nothing_is_posted_of_what_was_rolled_back_or_not_asked_for(app, act_as, world, channel, place):
    with pytest.raises(ZeroDivisionError), act_as("manager"):
        notify(KIND, to=[], title="x")
        raise ZeroDivisionError
    tell(act_as, world, kind="events.invitation")
    run_pending(app, raise_errors=False)
    assert place.heard == []


def test_a_channel_hears_also_when_nobody_is_told_in_person(app, act_as, channel, place):
    with act_as("manager"):
        notify(KIND, to=[], title="Nobody else was there")
    run_pending(app)
    assert [heard.json["title"] for heard in place.heard] == ["Nobody else was there"]


def test_one_happening_told_to_many_stores_is_one_headline_an_hour(app, act_as, world, channel, place):
    now = datetime(2026, 3, 12, 4, 5, tzinfo=UTC)
    for minutes in (0, 5, 50, 60):
        with clock.frozen(now + timedelta(minutes=minutes)):
            tell(act_as, world, kind=KIND, title="New briefing", url="/briefings/1")
    with clock.frozen(now):
        tell(act_as, world, kind=KIND, title="New briefing", url="/briefings/2")
    run_pending(app)
    links = sorted(re.findall(r"/briefings/\d", "".join(heard.json["message"] for heard in place.heard)))
    assert links == ["/briefings/1", "/briefings/1", "/briefings/2"]


def test_another_distributors_channel_hears_nothing_of_it(app, act_as, world, channel, place):
    with act_as("manager", "other"):
        notify(KIND, to=[], title="Theirs")
    run_pending(app)
    assert place.heard == []


def test_a_service_that_fails_is_tried_again_and_the_trouble_is_told_once(
    app, act_as, client_as, world, channel, place
):
    place.statuses = [500] * 14
    for title in ("First", "Second"):
        tell(act_as, world, kind=KIND, title=title)
    work_at(app, datetime.now(UTC))
    page = client_as("administrator").get(f"/admin/channels/{channel}").text
    assert "has not taken a message since" in page
    assert "error=500" in page
    for hours in range(1, 9):
        work_at(app, datetime.now(UTC) + timedelta(hours=2 * hours))
    assert len(place.heard) == 14
    assert [post.state for post in rows(app, ChannelPost)] == ["sent", "dead", "dead"]
    told = [note for note in rows(app, Notification) if note.kind == "portal.channel_failed"]
    assert [note.membership_id for note in told] == [world.first.members["administrator"]]
    assert "does not work" in client_as("administrator").get("/admin/channels").text
    assert "error=500" in client_as("administrator").get("/jobs?view=dead").text


def test_a_message_that_was_given_up_is_sent_again_by_a_button(app, act_as, client_as, world, channel, place):
    place.statuses = [500] * 7
    tell(act_as, world, kind=KIND, title="First")
    for hours in range(9):
        work_at(app, datetime.now(UTC) + timedelta(hours=2 * hours))
    post = rows(app, ChannelPost)[-1]
    assert post.state == "dead"
    admin = client_as("administrator")
    assert admin.post(f"/admin/channels/{channel}/posts/{post.id}/again").status_code == 302
    assert admin.post(f"/admin/channels/{channel}/posts/{post.id}/again").status_code == 409
    run_pending(app)
    assert rows(app, ChannelPost)[-1].state == "sent"
    assert rows(app, Channel)[0].failing_since is None


def test_a_channel_that_is_off_hears_nothing_and_nothing_later(app, act_as, client_as, world, channel, place):
    admin = client_as("administrator")
    tell(act_as, world, kind=KIND, title="Waits already")
    admin.post(f"/admin/channels/{channel}/off")
    tell(act_as, world, kind=KIND, title="While off")
    run_pending(app)
    admin.post(f"/admin/channels/{channel}/on")
    run_pending(app)
    assert place.heard == []
    assert [post.state for post in rows(app, ChannelPost)] == ["sent", "skipped"]


def test_name_kinds_and_address_are_changed_and_all_of_it_is_noted(app, client_as, channel, place):
    admin = client_as("administrator")
    with outside() as other:
        changed = form(other, name="Everybody", ours=[], theirs=["events.invitation"])
        assert admin.post(f"/admin/channels/{channel}/edit", data=changed).status_code == 302
        run_pending(app)
        assert len(other.heard) == 1
        admin.post(f"/admin/channels/{channel}/edit", data=changed | {"address": ""})
        run_pending(app)
        assert len(other.heard) == 1
    (kept,) = rows(app, Channel)
    assert (kept.name, kept.kinds) == ("Everybody", ["events.invitation"])
    for deed in ("off", "on", "remove"):
        admin.post(f"/admin/channels/{channel}/{deed}")
    assert rows(app, Channel) == rows(app, ChannelPost) == []
    deeds = [entry.action for entry in rows(app, AuditEntry) if entry.action.startswith("channels.")]
    expected = ["added", "changed", "switched_off", "switched_on", "removed"]
    assert deeds == [f"channels.{deed}" for deed in expected]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": " "}, "Please name the channel."),
        ({"address": ""}, "Please give the address."),
        ({"address": "what?"}, "This is no address of a channel."),
        ({"address": "https://hooks.example.com/x"}, "make a web hook"),
        ({"address": "dbus://"}, "This is no address of a channel."),
        ({"address": "syslog://local0"}, "only the portal&#39;s own machine"),
        ({"address": "json://127.0.0.1/x"}, "inside of the portal&#39;s own network"),
        ({"address": "ntfy://0x7f.1/topic"}, "inside of the portal&#39;s own network"),
        ({"address": "json://[::1/x"}, "This is no address of a channel."),
    ],
)
def test_what_will_not_do_is_said_at_its_field_and_nothing_typed_is_lost(client_as, world, changed, said):
    filled = {"name": "Team", "address": "wecombot://abcdefgh", "ours": [KIND], "language": "en"} | changed
    answer = client_as("administrator").post("/admin/channels/new", data=filled)
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{filled["address"]}"' in answer.text or not filled["address"]


def test_pages_of_channels_are_for_who_may_connect_and_foreign_ones_are_not_there(client_as, channel):
    paths = [f"/admin/channels/{channel}{rest}" for rest in ("", "/edit", "/remove")]
    for path in ("/admin/channels", "/admin/channels/new", *paths):
        assert client_as("manager").get(path).status_code == 403
        assert client_as("store_manager").get(path).status_code == 403
    for path in paths:
        assert client_as("administrator", "other").get(path).status_code == 404
    for deed in ("test", "on", "off", "remove", "posts/1/again"):
        assert client_as("administrator", "other").post(f"/admin/channels/{channel}/{deed}").status_code == 404


@pytest.mark.parametrize("language", ["en", "zh_Hans"])
def test_the_pages_cost_few_queries_and_speak_both_languages(client_as, channel, count_queries, language):
    admin = client_as("administrator", language=language)
    for path, word in (
        ("/admin/channels", {"en": "Add a channel", "zh_Hans": "添加通知渠道"}),
        (f"/admin/channels/{channel}", {"en": "Send a test message", "zh_Hans": "发送测试消息"}),
        (f"/admin/channels/{channel}/edit", {"en": "Messages to stores", "zh_Hans": "发给门店的消息"}),
    ):
        with count_queries() as queries:
            page = admin.get(path).text
        assert word[language] in page
        assert len(queries) <= 6, queries.sent


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=ab-12", "wecombot://ab-12"),
        ("https://oapi.dingtalk.com/robot/send?access_token=a1b2", "dingtalk://a1b2"),
        ("https://oapi.dingtalk.com/robot/send?access_token=a1b2&secret=SEC99", "dingtalk://SEC99@a1b2"),
        ("https://open.feishu.cn/open-apis/bot/v2/hook/a-b-c", "feishu://a-b-c"),
        ("https://open.larksuite.com/open-apis/bot/v2/hook/a-b-c", "lark://a-b-c"),
        (" jsons://example.com/x?a=b ", "jsons://example.com/x?a=b"),
    ],
)
def test_what_a_chat_gives_out_is_taken_as_it_is(app, typed, kept):
    with app.test_request_context():
        assert normal_address(typed) == kept


def test_apprise_understands_what_we_make_of_the_addresses_of_chats():
    """Loaded in a process of its own: no test is to make the others start with all of apprise."""
    code = "import sys, apprise\nfor url in sys.argv[1:]: print(type(apprise.Apprise.instantiate(url)).__name__)"
    addresses = ["wecombot://ab-12", "dingtalk://SEC99@a1b2", "feishu://a-b-c", "lark://a-b-c"]
    told = subprocess.run([sys.executable, "-c", code, *addresses], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["NotifyWeComBot", "NotifyDingTalk", "NotifyFeishu", "NotifyLark"]


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("wecombot://693axxx6-7aoc-4bc4", "WeCom · ••••4bc4"),
        ("dingtalk://short", "DingTalk · ••••"),
        ("jsons://user:pass@hooks.example.com:8443/a/long/secret/path", "jsons · hooks.example.com/••••path"),
        ("tgram://123456789:AAbbCCddEEff/-100200300?silent=yes", "Telegram · ••••0300"),
    ],
)
def test_an_address_is_shown_without_its_secrets(address, shown):
    assert without_secrets(address) == shown


def send(app, address):
    with app.app_context():
        apprise_process.send(address, "title", "body")


@pytest.mark.parametrize(
    "address",
    ["json://127.0.0.1:{port}/x", "json://localhost:{port}/x", "json://2130706433:{port}/x", "ntfy://127.0.0.1:{port}/t",
     "rsyslog://127.0.0.1:{port}"],
)  # fmt: skip
def test_no_spelling_of_an_address_leads_into_our_network(app, world, address):
    with outside() as place:
        with pytest.raises(AddressRefused):
            send(app, address.format(port=place.port))
        assert place.heard == []


def test_a_redirect_is_not_followed(app, place):
    place.statuses, place.headers = [302], {"Location": f"{place.url}/inside"}
    with pytest.raises(apprise_process.CallFailed, match="error=302"):
        send(app, f"json://127.0.0.1:{place.port}/x")
    assert [heard.path for heard in place.heard] == ["/x"]


def test_the_secrets_of_an_address_are_left_out_of_what_went_wrong(app, place):
    place.statuses = [500]
    with pytest.raises(apprise_process.CallFailed) as failed:
        send(app, f"json://someuser:somepassword@127.0.0.1:{place.port}/secret-path")
    for piece in ("someuser", "somepassword", "secret-path"):
        assert piece not in str(failed.value)


def test_an_address_that_is_not_complete_is_given_up_at_once(app, act_as, world, place):
    with act_as("administrator"):
        channels.add_channel(ChannelPlan("Team", "wecombot://a!", (KIND,), "en"))
        channels.add_channel(ChannelPlan("Team", "nosuchservice://a", (KIND,), "en"))
    run_pending(app, raise_errors=False)
    posts = rows(app, ChannelPost)
    assert [post.state for post in posts] == ["dead", "dead"]
    assert all("not complete" in post.error or "不完整" in post.error for post in posts)


def test_a_seal_that_another_key_made_asks_for_the_address_once_more(app, act_as, world, channel, place, monkeypatch):
    tell(act_as, world, kind=KIND)
    monkeypatch.setitem(app.config, "SECRET_KEY", "another" + "x" * 40)
    with pytest.raises(RuleBroken):
        run_pending(app)
    assert rows(app, ChannelPost)[-1].state == "dead"


WALLS = """
import sys, types, json
for name, folder in (("portal", sys.argv[1]), ("portal.notifications", sys.argv[1] + "/notifications")):
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__path__ = [folder]
import os, socket, subprocess, ctypes
from portal.notifications import apprise_child
refused = []
apprise_child._raise_walls(allow_private=False, refused=refused)
def attempt(deed):
    try:
        deed()
    except PermissionError as error:
        return "walls" if "outside the walls" in str(error) else "system"
    except OSError:
        return "network"
    return "done"
tcp, udp = socket.socket(), socket.socket(type=socket.SOCK_DGRAM)
unix = socket.socket(socket.AF_UNIX)
tcp.settimeout(0.01)
deeds = {
    "read a file": lambda: open("/etc/passwd"),
    "write a file": lambda: open("/tmp/x-storewise-walls", "w"),
    "run a program": lambda: subprocess.run(["/bin/true"]),
    "run a shell": lambda: os.system("true"),
    "load a library": lambda: ctypes.CDLL("libc.so.6"),
    "connect inside": lambda: tcp.connect(("127.0.0.1", int(sys.argv[2]))),
    "connect to a name": lambda: tcp.connect(("localhost", int(sys.argv[2]))),
    "connect to metadata": lambda: tcp.connect(("169.254.169.254", 80)),
    "send a datagram inside": lambda: udp.sendto(b"x", ("10.0.0.1", 53)),
    "speak to the machine": lambda: unix.connect("/run/dbus/system_bus_socket"),
    "read the library": lambda: open(json.__file__).close(),
    "turn to the outside": lambda: socket.socket(type=socket.SOCK_DGRAM).connect(("192.0.3.1", 9)),
}
print(json.dumps({name: attempt(deed) for name, deed in deeds.items()}))
"""


def test_behind_the_walls_nothing_is_read_run_or_called_that_apprise_does_not_need():
    with outside() as place:
        command = [sys.executable, "-I", "-c", WALLS, str(apprise_process.PORTAL), str(place.port)]
        told = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert told.pop("read the library") == "done"
    assert told.pop("turn to the outside") in {"done", "network"}  # let through; nothing is sent yet
    assert told == dict.fromkeys(told, "walls")
