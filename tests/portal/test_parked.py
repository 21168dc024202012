"""What was typed when a session had ended waits filled in, for who typed it and for nobody else."""

from __future__ import annotations

from typing import Any

import pytest

from tests.portal.people_kit import equip, log_in

TYPED = {"category": "quality", "text": "Ten crates of tea came wet", "password": "never kept"}
PAGE = "/complaints/new"


@pytest.fixture
def visitor(app: Any, world: Any) -> Any:
    """A browser whose session has ended, and the function by which its store manager logs in."""
    equip(app, world.first.people["store_manager"])
    return app.test_client()


def page_after_log_in(visitor: Any) -> str:
    assert log_in(visitor, "store_manager@first.example").status_code == 302
    return str(visitor.get(PAGE).text)


def test_what_was_typed_waits_filled_in_after_the_log_in(visitor: Any) -> None:
    answer = visitor.post(
        PAGE, data=TYPED, headers={"Origin": "http://localhost", "Referer": f"http://localhost{PAGE}"}
    )
    assert (answer.status_code, answer.location) == (302, "/auth/login?next=/complaints/new")
    page = page_after_log_in(visitor)
    assert "Ten crates of tea came wet" in page
    assert "never kept" not in page


def test_another_browser_is_shown_nothing_of_it(app: Any, visitor: Any) -> None:
    visitor.post(PAGE, data=TYPED)
    assert "Ten crates" not in page_after_log_in(app.test_client())


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Referer": "https://elsewhere.example/page"},
        {"Origin": "http://localhost", "Referer": "http://localhost.elsewhere.example/complaints/new"},
    ],
)
def test_a_form_that_another_site_sends_does_not_wait_filled_in(visitor: Any, headers: dict[str, str]) -> None:
    answer = visitor.post(PAGE, data=TYPED, headers=headers)
    assert answer.status_code == 302
    assert "parked=" not in "".join(answer.headers.getlist("Set-Cookie"))
    assert "Ten crates" not in page_after_log_in(visitor)


def test_nor_does_one_that_is_refused_because_it_has_no_token(app: Any, visitor: Any) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        kept, foreign = (
            visitor.post(PAGE, data=TYPED, headers={"Origin": origin})
            for origin in ("http://localhost", "https://elsewhere.example")
        )
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert (kept.status_code, foreign.status_code) == (400, 400)
    assert "parked=" in kept.headers["Set-Cookie"]
    assert not any(cookie.startswith("parked=") for cookie in foreign.headers.getlist("Set-Cookie"))
