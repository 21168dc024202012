"""Workers are killed, and every job's effect is there exactly once: real processes on a database of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from portal.database import normal_url

pytestmark = [pytest.mark.database, pytest.mark.slow]

NURSERY = Path(__file__).with_name("jobs_nursery.py")
ROOT = NURSERY.parents[2]
KILLED = -9


COUNT = 1000


@pytest.fixture(scope="module")
def own_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database that no other test touches, of the kind that is being tested."""
    if os.environ.get("TEST_DATABASE") != "postgresql":
        yield f"sqlite:///{tmp_path_factory.mktemp('jobs') / 'jobs.db'}"
        return
    server = normal_url(os.environ.get("TEST_POSTGRES_URL") or "postgresql://postgres@127.0.0.1:5432/postgres")
    name = f"sw_jobs_{os.getpid()}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield f"{server.rpartition('/')[0]}/{name}"
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture(scope="module")
def seen(own_database: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the nursery saw, by scenario."""
    command = [sys.executable, str(NURSERY), own_database, str(tmp_path_factory.mktemp("nursery")), str(COUNT)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


@pytest.fixture
def ask(own_database: str) -> Iterator[Callable[[str], list[Any]]]:
    """ask("SELECT ..."): rows, read past the portal."""
    engine = create_engine(own_database)

    def rows(statement: str) -> list[Any]:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(statement))]

    yield rows
    engine.dispose()


def plain(value: Any) -> dict[str, Any]:
    """A JSON column as raw SQL gives it: text on SQLite, an object on PostgreSQL."""
    return value if isinstance(value, dict) else json.loads(value)


def effects(ask: Callable[[str], list[Any]], action: str, low: int, high: int) -> Counter[int]:
    """How often each number of low to high (exclusive) had its effect."""
    numbers = [plain(row[0])["number"] for row in ask(f"SELECT details FROM portal_audit WHERE action = '{action}'")]
    return Counter(number for number in numbers if low <= number < high)


def test_no_effect_is_lost_and_none_happens_twice_while_workers_are_killed(seen, ask):
    assert seen["massacre"]["kills"] >= 5
    assert seen["massacre"]["codes"] == [0, 0, 0, 0]
    assert effects(ask, "test.branch", 0, COUNT) == Counter(range(COUNT))
    assert effects(ask, "test.leaf", 0, COUNT) == Counter(range(COUNT))


def test_workers_were_killed_in_the_middle_of_jobs(seen, ask):
    assert ask("SELECT count(*) FROM portal_job WHERE fence > 1 AND name = 'portal.branch'")[0][0] >= 1


def test_every_job_is_done_after_the_killing(seen, ask):
    states = dict(ask("SELECT state, count(*) FROM portal_job WHERE name = 'portal.branch' GROUP BY state"))
    assert states == {"done": COUNT + 1}  # and the nursery's own first one


@pytest.mark.parametrize(("point", "tries"), [("after_claim", 2), ("before_commit", 2), ("after_commit", 1)])
def test_worker_that_dies_at_the_worst_moment_leaves_one_effect(seen, ask, point, tries):
    assert seen[point]["first"] == KILLED
    assert seen[point]["codes"] == [0]
    number = seen[point]["number"]
    assert effects(ask, "test.leaf", number, number + 1) == Counter([number])
    jobs = ask("SELECT arguments, state, tries FROM portal_job WHERE name = 'portal.leaf'")
    assert [job[1:] for job in jobs if plain(job[0])["number"] == number] == [("done", tries)]


def test_healthy_workers_never_claim_the_same_job(seen, ask):
    jobs = ask("SELECT arguments, state, fence FROM portal_job WHERE name = 'portal.leaf'")
    raced = [job[1:] for job in jobs if plain(job[0])["number"] >= 3_000_000]
    assert raced == [("done", 1)] * 200
    assert effects(ask, "test.leaf", 3_000_000, 4_000_000) == Counter(range(3_000_000, 3_000_200))


def test_no_more_jobs_of_a_queue_run_at_a_time_than_its_limit(seen):
    together = most = 0
    for sign in seen["squeeze"]["notes"]:
        together += 1 if sign == "+" else -1
        most = max(most, together)
    assert seen["squeeze"]["notes"].count("+") == 40
    assert most == 2


def test_worker_told_to_stop_finishes_its_job_and_claims_no_other(seen, ask):
    assert seen["farewell"]["codes"] == [0, 0]
    assert effects(ask, "test.leaf", 2_000_000, 3_000_000) == Counter([2_000_001])
    patient = ask("SELECT state, tries FROM portal_job WHERE name = 'portal.patient'")
    assert patient == [("done", 1)], "the lease was not renewed while the worker was on its way out"
    assert ask("SELECT count(*) FROM portal_job WHERE state = 'queued'") == [(1,)]


def test_workers_leave_nothing_behind_when_they_stop(seen, ask):
    assert len(seen["left"]) == 17
    assert not {pid for (pid,) in ask("SELECT pid FROM portal_worker")} & set(seen["left"])
