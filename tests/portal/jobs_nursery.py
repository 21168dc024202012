"""Worker processes to be killed: run by the tests of the jobs as a process of its own, so that it can fork cheaply.

    python tests/portal/jobs_nursery.py DATABASE_URL FOLDER COUNT

It puts up the portal once, plays every scenario with forked workers, and prints what it saw as JSON. What the jobs left
in the database is looked at by the tests themselves.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, insert
from sqlalchemy import select as select_rows

from portal import create_app
from portal.accounts.services import create_distributor
from portal.audit.services import record
from portal.contracts import Job
from portal.db import db
from portal.jobs import claims, performing, services
from portal.jobs.models import QUEUED, RUNNING, JobRow, WorkerRow
from portal.jobs.registry import EXTENSION
from portal.jobs.running import own_transaction, writing
from portal.jobs.worker import run_pending, run_worker
from portal.tenancy import Scope, acting_for

FOLDER = Path(sys.argv[2])
GIVE_UP_SECONDS = 120
LEFT: list[int] = []  # workers that ended by themselves


# The jobs. Each effect is a row of the audit log, which has no unique key: one too many would be seen.


def leaf(number: int) -> None:
    record("test.leaf", number=number)


def branch(number: int) -> None:
    """An effect and a job of its own, both in one transaction."""
    record("test.branch", number=number)
    services.enqueue("portal.leaf", arguments={"number": number})


def crowded(number: int) -> None:
    """Notes when it comes and goes."""
    note("+")
    time.sleep(0.02)
    note("-")


def patient(number: int) -> None:
    """Says that it runs, then waits until it is let go."""
    (FOLDER / "started").write_bytes(b"")
    with (FOLDER / "go").open("rb") as pipe:
        pipe.read()
    record("test.leaf", number=number)


def note(sign: str) -> None:
    with (FOLDER / "notes").open("a") as file:
        file.write(sign)


JOBS = [
    Job("portal.leaf", leaf, "Leaf", tries=50, lease_seconds=2),
    Job("portal.branch", branch, "Branch", tries=50, lease_seconds=2),
    Job("portal.crowded", crowded, "Crowded", queue="narrow", lease_seconds=20),
    Job("portal.patient", patient, "Patient", lease_seconds=2),
]


# The portal and its workers


def put_up(url: str) -> tuple[Flask, int]:
    settings = {
        "TESTING": True,
        "PLUGINS": (),
        "DISCOVER_ENTRY_POINTS": False,
        "DATA_DIR": FOLDER,
        "DATABASE_URL": url,
        "REDIS_URL": "",
        "QUEUE_LIMITS": {"narrow": 2},
    }
    app = create_app(settings)
    for job in JOBS:
        app.extensions[EXTENSION].register(job)
    with app.app_context(), writing(True):
        db.create_all()
        distributor = create_distributor("nursery", "Nursery", plugins=False).id
        db.session.commit()
        with acting_for(Scope(distributor)):
            services.enqueue("portal.branch", arguments={"number": -1})
            db.session.commit()
    run_pending(app)  # what is worked out once need not be worked out in each fork
    close(app)
    return app, distributor


def close(app: Flask) -> None:
    """Leave no connection that a fork would share."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def ask_for(app: Flask, distributor: int, name: str, numbers: Iterable[int]) -> None:
    job = app.extensions[EXTENSION].get(name)
    row = {
        "distributor_id": distributor,
        "name": name,
        "queue": job.queue,
        "lease_seconds": job.lease_seconds,
        "max_tries": job.tries,
    }
    with own_transaction(app, "nursery"):
        db.session.execute(insert(JobRow), [row | {"arguments": {"number": number}} for number in numbers])
    close(app)


def unfinished(app: Flask) -> int:
    with own_transaction(app, "nursery", writes=False):
        statement = select_rows(func.count()).select_from(JobRow).where(JobRow.state.in_((QUEUED, RUNNING)))
        count = db.session.scalar(statement) or 0
    close(app)
    return count


def fork(app: Flask, before: Callable[[], None] = lambda: None, **options: Any) -> int:
    child = os.fork()
    if child:
        return child
    try:
        random.seed()
        before()
        run_worker(app, poll_seconds=0.05, **options)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        os._exit(1)
    os._exit(0)


def until(holds: Callable[[], bool], every: Callable[[], None] = lambda: time.sleep(0.05)) -> None:
    deadline = time.monotonic() + GIVE_UP_SECONDS
    while not holds():
        if time.monotonic() > deadline:
            sys.exit("it takes too long")
        every()


def at_work(app: Flask) -> set[int]:
    """The processes that have said so: before that, a signal finds them without an ear for it."""
    with own_transaction(app, "nursery", writes=False):
        pids = set(db.session.scalars(select_rows(WorkerRow.pid)))
    close(app)
    return pids


def stop(app: Flask, children: list[int]) -> list[int]:
    """Ask workers to end, once they are at work; the codes they ended with."""
    until(lambda: at_work(app) >= set(children))
    LEFT.extend(children)
    for child in children:
        os.kill(child, signal.SIGTERM)
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


# The scenarios; each asks for numbers of its own


def massacre(app: Flask, distributor: int, count: int) -> dict[str, Any]:
    """Four workers, one of which is killed every now and then, until all the work is done."""
    ask_for(app, distributor, "portal.branch", range(count))
    children = [fork(app) for _ in range(4)]
    kills = 0

    def kill_one() -> None:
        nonlocal kills
        time.sleep(random.uniform(0.2, 0.8))
        victim = children.pop(random.randrange(len(children)))
        os.kill(victim, signal.SIGKILL)
        os.waitpid(victim, 0)
        kills += 1
        children.append(fork(app))

    began = time.monotonic()
    until(lambda: unfinished(app) == 0, kill_one)
    seconds = time.monotonic() - began
    return {"kills": kills, "codes": stop(app, children), "jobs_per_second": round(2 * count / seconds)}


def die(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_before_commit(*args: Any, **values: Any) -> bool:
    REAL_COMPLETE(*args, **values)
    return bool(die())


REAL_COMPLETE = claims.complete
POINTS: dict[str, tuple[int, Callable[[], None]]] = {
    "after_claim": (1_000_001, lambda: setattr(performing, "_run_and_complete", die)),
    "before_commit": (1_000_002, lambda: setattr(claims, "complete", die_before_commit)),
    "after_commit": (1_000_003, lambda: setattr(performing, "log", type("Log", (), {"info": staticmethod(die)}))),
}


def crash(app: Flask, distributor: int, point: str) -> dict[str, Any]:
    """A worker dies at the named point of one job; a healthy one comes after it."""
    number, sabotage = POINTS[point]
    ask_for(app, distributor, "portal.leaf", [number])
    code = os.waitstatus_to_exitcode(os.waitpid(fork(app, sabotage), 0)[1])
    healthy = fork(app)
    until(lambda: unfinished(app) == 0)
    return {"number": number, "first": code, "codes": stop(app, [healthy])}


def race(app: Flask, distributor: int) -> dict[str, Any]:
    """Four healthy workers that snatch at the same jobs."""
    ask_for(app, distributor, "portal.leaf", range(3_000_000, 3_000_200))
    children = [fork(app) for _ in range(4)]
    until(lambda: unfinished(app) == 0)
    return {"codes": stop(app, children)}


def squeeze(app: Flask, distributor: int) -> dict[str, Any]:
    """Four workers and a queue in which only two jobs may run at a time."""
    ask_for(app, distributor, "portal.crowded", range(40))
    children = [fork(app) for _ in range(4)]
    until(lambda: unfinished(app) == 0)
    return {"codes": stop(app, children), "notes": (FOLDER / "notes").read_text()}


def farewell(app: Flask, distributor: int) -> dict[str, Any]:
    """A worker is told to stop in the middle of a job, and let go only after the job's lease would have ended."""
    os.mkfifo(FOLDER / "go")
    ask_for(app, distributor, "portal.patient", [2_000_001])
    child = fork(app)
    until((FOLDER / "started").exists)
    ask_for(app, distributor, "portal.leaf", [2_000_002])
    os.kill(child, signal.SIGTERM)
    rival = fork(app, queues=["none"])  # does nothing but sweep
    time.sleep(3)
    (FOLDER / "go").write_bytes(b"go")
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    LEFT.append(child)
    return {"codes": [code, *stop(app, [rival])]}


def main() -> None:
    app, distributor = put_up(sys.argv[1])
    seen: dict[str, Any] = {point: crash(app, distributor, point) for point in POINTS}
    seen["race"] = race(app, distributor)
    seen["squeeze"] = squeeze(app, distributor)
    seen["massacre"] = massacre(app, distributor, int(sys.argv[3]))
    seen["farewell"] = farewell(app, distributor)
    print(json.dumps(seen | {"left": LEFT}))  # noqa: T201


if __name__ == "__main__":
    main()
