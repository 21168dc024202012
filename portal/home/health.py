"""For those who watch the portal from outside: is the process alive, and can it work."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import select, text

from portal import clock
from portal.access import open_to_all
from portal.db import db
from portal.files.storage import storage
from portal.tenancy import all_distributors

log = structlog.get_logger(__name__)
blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@open_to_all
def healthz() -> ResponseReturnValue:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@open_to_all
def readyz() -> ResponseReturnValue:
    """The database, the worker and the files are there; 503 with what is missing."""
    checks: dict[str, Callable[[], bool]] = {"database": _database, "worker": _worker, "files": _files}
    results = {name: _holds(name, check) for name, check in checks.items()}
    ready = all(results.values())
    answer = jsonify(
        status="ok" if ready else "not ready", **{name: "ok" if ok else "missing" for name, ok in results.items()}
    )
    return answer, 200 if ready else 503


def _holds(name: str, check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception as error:  # whatever fails is the answer
        log.warning("not ready", part=name, reason=str(error))
        return False


def _database() -> bool:
    with all_distributors(reason="is the database there", quiet=True):
        return db.session.scalar(select(text("1"))) == 1


def _worker() -> bool:
    from portal.jobs.queries import worker_alive

    return worker_alive(clock.now())


def _files() -> bool:
    storage().check()
    return True
