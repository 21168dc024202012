"""What a phone fetches to be able to do without us for a while."""

import json

import pytest

from portal.offline.views import SHELL

PAGES = {"zh_Hans": ("zh-CN", "没有网络"), "en": ("en", "No connection")}


def kept_by(client):
    """The list with which the worker begins."""
    code = client.get("/service-worker.js").text
    return json.loads(code.removeprefix("const KEPT = ").partition(";\n")[0])


def test_the_worker_may_look_after_every_page_and_is_asked_for_once_an_hour(client_as):
    answer = client_as(None).get("/service-worker.js")
    assert answer.mimetype == "text/javascript"
    assert answer.cache_control.max_age == 3600
    page = client_as("store_manager").get("/today").text
    assert 'data-worker="/service-worker.js"' in page


def test_everything_that_the_worker_keeps_is_there_and_about_nobody(client_as):
    stranger = client_as(None)
    kept = kept_by(stranger)
    assert len(kept["shell"]) == len(SHELL)
    for path in kept["shell"]:
        answer = stranger.get(path)
        assert answer.status_code == 200
        assert answer.cache_control.immutable
    for tag, path in kept["pages"].items():
        answer = stranger.get(path)
        assert f'<html lang="{tag}"' in answer.text
        assert [path for path in kept["shell"] if path not in answer.text] == []


@pytest.mark.parametrize("language", PAGES)
def test_the_page_without_a_connection_is_in_its_language_whoever_asks(client_as, language):
    tag, title = PAGES[language]
    for client in (client_as(None), client_as("store_manager", language="en"), client_as("rep", language="zh_Hans")):
        answer = client.get(f"/offline/{language}")
        assert answer.headers["Content-Language"] == tag
        assert f'<h1 class="mb-1">{title}</h1>' in answer.text
    assert client_as(None).get("/offline/fr").status_code == 404


def test_each_page_says_its_language_for_the_worker(client_as):
    for language, (tag, _) in PAGES.items():
        for client in (client_as("store_manager", language=language), client_as(None, language=language)):
            assert client.get("/today", follow_redirects=True).headers["Content-Language"] == tag


def test_the_app_has_a_name_a_start_and_icons(client_as):
    client = client_as(None)
    answer = client.get("/manifest.webmanifest")
    assert answer.mimetype == "application/manifest+json"
    described = answer.json if answer.is_json else json.loads(answer.text)
    assert (described["name"], described["start_url"], described["display"]) == ("Storewise", "/today", "standalone")
    assert {(icon["sizes"], icon["purpose"]) for icon in described["icons"]} == {
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    }
    for icon in described["icons"]:
        found = client.get(icon["src"])
        width, height = (int(number) for number in icon["sizes"].split("x"))
        assert found.data[:8] == b"\x89PNG\r\n\x1a\n"
        assert (int.from_bytes(found.data[16:20]), int.from_bytes(found.data[20:24])) == (width, height)
    assert '<link rel="manifest" href="/manifest.webmanifest">' in client.get("/auth/login").text


def test_only_who_is_logged_in_learns_with_what_to_send(client_as, world):
    assert client_as(None).get("/outbox/ready").location.startswith("/auth/login")
    first = world.first
    answer = client_as("store_manager").get("/outbox/ready")
    assert answer.json["who"] == f"{first.people['store_manager']}:{first.members['store_manager']}"
    assert answer.json["token"]
    assert answer.cache_control.no_store


def test_the_page_and_the_outbox_call_a_person_the_same(client_as):
    client = client_as("store_manager")
    person, _, member = client.get("/outbox/ready").json["who"].partition(":")
    assert f'data-who="{person}" data-as="{member}"' in client.get("/today").text


def test_the_report_may_wait_on_the_phone_and_says_so_in_the_readers_language(client_as):
    for language, words in (("en", "It is sent by itself"), ("zh_Hans", "会自动发送")):
        page = client_as("store_manager", language=language).get("/complaints/new").text
        assert "data-later" in page
        assert words in page
