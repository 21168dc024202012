"""What pages ask of the database, with more rows than they show: a list at most 6 queries, the first page at most 12.

The side bar or tabs with their counts and the bell with its number are part of every page, and of its queries.
"""

from __future__ import annotations

import pytest

from portal.testing import running_app, settings_for
from tests.portal.busy_world import MARK, fill

LIST, FIRST_PAGE = 6, 12
ROWS = 20  # a page shows 25, a few of them older than those that were written for these tests
DESK, STORE, ADMIN = "manager", "store_manager", "administrator"

LISTS = [
    (DESK, "/stores"),
    ("rep", "/stores"),
    (DESK, "/stores?q=Row"),
    (ADMIN, "/admin/people"),
    (STORE, "/colleagues"),
    (DESK, "/complaints/"),
    ("rep", "/complaints/"),
    (DESK, "/complaints/?view=mine"),
    (STORE, "/complaints/"),
    (DESK, "/events/"),
    (STORE, "/events/"),
    (DESK, "/meetings/"),
    ("rep", "/meetings/"),
    (STORE, "/meetings/"),
    (DESK, "/advice/"),
    (STORE, "/advice/"),
    (DESK, "/briefings/"),
    (STORE, "/briefings/"),
    (DESK, "/trade/"),
    (DESK, "/trade/uploads"),
    (STORE, "/trade/uploads"),
    (DESK, "/notifications"),
    (STORE, "/notifications"),
    (ADMIN, "/jobs?view=queued"),
    (ADMIN, "/audit"),
    (DESK, "/calendar"),
    ("rep", "/calendar/month"),
    (STORE, "/calendar"),
    (STORE, "/calendar/month"),
]
# These ask every plug-in, so they cost more the more plug-ins there are; but no plug-in may ask once a row.
ASK_EVERY_PLUG_IN = [
    (DESK, "/today", "See the meeting", 2),
    ("rep", "/today", "See the meeting", 2),
    (STORE, "/today", MARK, 10),
    (DESK, "/search?q=Row", MARK, 40),
    (STORE, "/search?q=Row", MARK, 30),
]


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    with running_app(settings_for(tmp_path_factory.mktemp("busy"))) as application:
        fill(application, application.extensions["test_world"])
        yield application


@pytest.fixture
def world(app):
    """As it was filled: these tests only read."""
    return app.extensions["test_world"]


@pytest.mark.parametrize(("role", "path"), LISTS)
def test_a_list_costs_at_most_six_queries_with_its_navigation(client_as, count_queries, role, path):
    client = client_as(role)
    with count_queries() as sent:
        page = client.get(path)
    assert page.text.count(MARK) >= ROWS, "the page does not show its rows"
    assert len(sent) <= LIST, sent.sent


@pytest.mark.parametrize(("role", "path", "mark", "times"), ASK_EVERY_PLUG_IN)
def test_a_page_that_asks_every_plug_in_costs_at_most_twelve_queries(client_as, count_queries, role, path, mark, times):
    client = client_as(role)
    with count_queries() as sent:
        page = client.get(path)
    assert page.text.count(mark) >= times, "the page does not show what it asked for"
    assert len(sent) <= FIRST_PAGE, sent.sent


def test_the_counts_of_the_navigation_and_of_the_bell_cost_one_query_together(client_as, count_queries):
    client = client_as(ADMIN)
    with count_queries() as sent:
        page = client.get("/more")
    assert page.status_code == 200
    assert len(sent) == 2, sent.sent  # who is there, and what waits
