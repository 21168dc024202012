"""The portal on a real port, and Chromium in front of it."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from portal.testing import World, running_app, settings_for
from tests.browser.demo_portal import DemoPortal, demo_portal

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Live:
    """A portal that answers on a port, as browsers see it: protected forms, the policy of the real thing."""

    app: Flask
    address: str

    @property
    def world(self) -> World:
        return self.app.extensions["test_world"]


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The portal on a free port of this machine, under a name, as passkeys want one."""
    settings = settings_for(tmp_path_factory.mktemp("live")) | {"WTF_CSRF_ENABLED": True}
    with running_app(settings) as app:
        server = make_server("127.0.0.1", 0, app, threaded=True)
        address = f"http://localhost:{server.server_port}"
        app.config["PUBLIC_URL"] = address
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield Live(app, address)
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoPortal]:
    """The portal as a new user starts it, with its demo and its worker."""
    with demo_portal(tmp_path_factory.mktemp("demo")) as portal:
        yield portal


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; it must be there in CI, elsewhere its absence skips."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing")
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser, live: Live) -> Iterator[Page]:
    """A fresh phone in Chinese; anything that the page's policy forbids, or a script's error, fails the test."""
    context = chromium.new_context(viewport={"width": 360, "height": 780}, locale="zh-CN", base_url=live.address)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert [fault for fault in faults if "Content Security Policy" in fault or "Error" in fault.split(":")[0]] == []
