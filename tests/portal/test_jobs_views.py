"""The pages of the jobs: for who asked, and for who operates them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal import clock
from portal.db import db
from portal.errors import RuleBroken
from portal.jobs.models import WorkerRow
from portal.jobs.running import own_transaction
from portal.jobs.services import enqueue, keep_result, progress
from portal.jobs.worker import Worker, run_pending

pytest_plugins = ["tests.portal.jobs_kit"]


@pytest.fixture
def asked(sample, act_as):
    """asked("rep", name): that person asks for a job; its id."""

    def ask(role, name, distributor="first", **options):
        with act_as(role, distributor):
            return enqueue(name, **options).id

    return ask


def fail(error):
    def run():
        raise error

    return run


def text(response):
    return response.get_data(as_text=True)


# The progress page


def test_who_asked_sees_how_far_it_is(sample, asked, client_as, count_queries):
    job = asked("rep", sample.job("render pages"))
    sample.claim()
    client = client_as("rep")
    with count_queries() as queries:
        response = client.get(f"/jobs/{job}")
    assert response.status_code == 200
    assert "<h1>Render Pages</h1>" in text(response)
    assert "In progress" in text(response)
    assert f'hx-get="/jobs/{job}"' in text(response)
    assert '<meta http-equiv="refresh"' in text(response)
    assert len(queries) <= 4


def test_box_alone_is_sent_to_htmx(sample, app, asked, client_as):
    seen = {}

    def run():
        progress(12, 48, "store 0012")
        seen["box"] = text(client.get(f"/jobs/{job}", headers={"HX-Request": "true"}))

    client = client_as("rep")
    job = asked("rep", sample.job("render", run))
    run_pending(app)
    assert "12 / 48" in seen["box"]
    assert "store 0012" in seen["box"]
    assert "<html" not in seen["box"]


def test_finished_job_shows_the_way_on_and_asks_no_more(sample, app, asked, client_as):
    job = asked("rep", sample.job("render", lambda: keep_result(url="/today", title="Read it")))
    run_pending(app)
    page = text(client_as("rep").get(f"/jobs/{job}"))
    assert "Finished" in page
    assert 'href="/today"' in page
    assert "Read it" in page
    assert "hx-get" not in page
    assert "http-equiv" not in page


def test_way_on_leads_to_our_own_pages_only(sample, app, asked, client_as):
    job = asked("rep", sample.job("render", lambda: keep_result(url="//evil.example/x", title="Read it")))
    run_pending(app)
    assert "evil.example" not in text(client_as("rep").get(f"/jobs/{job}"))


def test_person_reads_the_broken_rule_and_never_the_error(sample, app, asked, client_as):
    refused = asked("rep", sample.job("one", fail(RuleBroken("file", "Row 5 has no number"))))
    broken = asked("rep", sample.job("two", fail(ValueError("secret in row 7")), tries=1))
    run_pending(app, raise_errors=False)
    client = client_as("rep")
    assert "Row 5 has no number" in text(client.get(f"/jobs/{refused}"))
    page = text(client.get(f"/jobs/{broken}"))
    assert "secret" not in page
    assert "ValueError" not in page
    assert f"number {broken}" in page


def test_operator_reads_the_error_on_the_same_page(sample, app, asked, client_as):
    job = asked("rep", sample.job("two", fail(ValueError("no paper")), tries=1))
    run_pending(app, raise_errors=False)
    page = text(client_as("administrator").get(f"/jobs/{job}"))
    assert "ValueError: no paper" in page
    assert f'action="/jobs/{job}/retry"' in page


def test_failed_try_says_that_another_comes(sample, app, asked, client_as):
    job = asked("rep", sample.job("one", fail(ValueError("secret"))))
    run_pending(app, raise_errors=False)
    page = text(client_as("rep").get(f"/jobs/{job}"))
    assert "tried again" in page
    assert "secret" not in page


@pytest.mark.parametrize(
    ("role", "distributor", "status"),
    [
        ("rep", "first", 200),
        ("administrator", "first", 200),
        ("manager", "first", 404),
        ("store_manager", "first", 404),
        ("rep", "other", 404),
        ("administrator", "other", 404),
        (None, "first", 302),
    ],
)
def test_progress_is_for_who_asked_and_who_operates(sample, asked, client_as, role, distributor, status):
    job = asked("rep", sample.job("render"))
    assert client_as(role, distributor).get(f"/jobs/{job}").status_code == status


def test_store_member_sees_the_own_job(sample, asked, client_as):
    job = asked("store_manager", sample.job("render"))
    assert client_as("store_manager").get(f"/jobs/{job}").status_code == 200


def test_job_that_does_not_exist_is_not_found(sample, client_as):
    assert client_as("administrator").get("/jobs/4711").status_code == 404


def test_page_speaks_chinese(sample, asked, client_as):
    job = asked("rep", sample.job("render"))
    assert 'lang="zh-CN"' in text(client_as("rep", language="zh_Hans").get(f"/jobs/{job}"))


# The operator's page


@pytest.fixture
def one_of_each(sample, app, act_as, asked):
    """A job in every state, by state; and a dead one of the other distributor."""
    good, bad = sample.job("good"), sample.job("bad", fail(ValueError("no paper")), tries=2)
    ids = {"done": asked("rep", good)}
    run_pending(app)
    ids["dead"] = asked("rep", bad)
    foreign = asked("rep", bad, "other")
    run_pending(app, raise_errors=False)
    with clock.frozen(clock.now() + timedelta(hours=1)):
        run_pending(app, raise_errors=False)
    ids["failed"] = asked("rep", bad)
    run_pending(app, raise_errors=False)
    ids["running"] = asked("rep", good)
    sample.claim()
    ids["queued"] = asked("rep", good)
    return ids | {"foreign": foreign}


@pytest.mark.parametrize("view", ["queued", "running", "failed", "dead", "done"])
def test_operator_finds_each_job_under_its_state(one_of_each, client_as, count_queries, view):
    client = client_as("administrator")
    with count_queries() as queries:
        page = text(client.get(f"/jobs?view={view}"))
    shown = {name for name, job in one_of_each.items() if f'href="/jobs/{job}"' in page}
    assert shown == {view}
    assert len(queries) <= 8  # two more than a list may cost: the counts of the side bar


def test_operator_sees_first_what_failed_for_good(one_of_each, client_as):
    page = text(client_as("administrator").get("/jobs"))
    assert f'href="/jobs/{one_of_each["dead"]}"' in page
    assert "ValueError: no paper" in page
    assert "2 / 2" in page


def test_operator_is_told_when_no_worker_runs(sample, app, client_as):
    client = client_as("administrator")
    assert "No worker is running" in text(client.get("/jobs"))
    Worker(app).beat()
    assert "No worker is running" not in text(client.get("/jobs"))
    with own_transaction(app, "test"):
        assert db.session.scalars(db.select(WorkerRow)).one()


def test_operator_tries_again(sample, one_of_each, client_as):
    answer = client_as("administrator").post(f"/jobs/{one_of_each['dead']}/retry")
    assert answer.status_code == 302
    row = sample.row(one_of_each["dead"])
    assert (row.state, row.tries) == ("queued", 0)


def test_operator_cancels(sample, one_of_each, client_as):
    for name in ("queued", "running", "failed"):
        assert client_as("administrator").post(f"/jobs/{one_of_each[name]}/cancel").status_code == 302
        assert sample.row(one_of_each[name]).state == "cancelled"


def test_operator_who_comes_too_late_is_told(sample, one_of_each, client_as):
    client = client_as("administrator")
    assert client.post(f"/jobs/{one_of_each['done']}/cancel").status_code == 409
    assert client.post(f"/jobs/{one_of_each['running']}/retry").status_code == 409
    assert sample.row(one_of_each["done"]).state == "done"


def test_operator_cannot_touch_jobs_of_another_distributor(sample, one_of_each, client_as):
    client = client_as("administrator")
    for action, kind in (("retry", "foreign"), ("cancel", "foreign")):
        before = sample.row(one_of_each[kind])
        assert client.post(f"/jobs/{before.id}/{action}").status_code == 404
        assert sample.row(before.id).state == before.state == "dead"


@pytest.mark.parametrize("role", ["manager", "expert", "rep", "store_manager", "store_staff"])
def test_others_do_not_operate_jobs(sample, one_of_each, client_as, role):
    client = client_as(role)
    assert client.get("/jobs").status_code == 403
    assert client.post(f"/jobs/{one_of_each['dead']}/retry").status_code == 403
    assert client.post(f"/jobs/{one_of_each['queued']}/cancel").status_code == 403
    assert sample.row(one_of_each["dead"]).state == "dead"


def test_unknown_view_is_not_found(sample, client_as):
    assert client_as("administrator").get("/jobs?view=hidden").status_code == 404


def test_long_list_has_pages(sample, client_as):
    name = sample.job("good")
    ids = [sample.ask_for(name) for _ in range(30)]
    page = text(client_as("administrator").get("/jobs?view=queued"))
    assert f'href="/jobs/{ids[-1]}"' in page
    assert f'href="/jobs/{ids[0]}"' not in page
    assert 'rel="next"' in page


def test_job_of_a_plugin_that_is_gone_keeps_its_name(sample, client_as):
    sample.ask_for(sample.job("good"))
    sample.registry.forget("sample")
    assert "sample.good" in text(client_as("administrator").get("/jobs?view=queued"))
