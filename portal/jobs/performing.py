"""Carrying out one claimed job: its writes and its completion commit together, or neither does."""

from __future__ import annotations

import contextvars
import random
import time
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import structlog
from flask import Flask, g
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from portal import clock
from portal.accounts.models import PluginActivation
from portal.db import db
from portal.errors import PortalError
from portal.jobs import claims
from portal.jobs.claims import Claim
from portal.jobs.models import CANCELLED
from portal.jobs.registry import owner_of, the_registry
from portal.jobs.running import LeaseLost, Running, as_running, own_transaction, writing
from portal.jobs.schedule import CORE
from portal.tenancy import Scope, acting_for, all_distributors

log = structlog.get_logger(__name__)

FIRST_DELAY_SECONDS = 5.0
LONGEST_DELAY_SECONDS = 3600.0
SETTLE_TRIES = 6
TOO_LONG_SECONDS = 2.0  # on SQLite nobody else writes meanwhile, and who waits for more than 5 s gives up
SWITCHED_OFF = "The plug-in is switched off."


class SwitchedOff(Exception):
    """The distributor switched the plug-in off after the job was asked for."""


def backoff_seconds(tries: int, draw: float) -> float:
    """How long to wait after so many tries; draw: a random number in [0, 1) that spreads retries by half."""
    return min(FIRST_DELAY_SECONDS * 3.0 ** (tries - 1), LONGEST_DELAY_SECONDS) * (0.5 + draw)


def perform(app: Flask, running: Running) -> BaseException | None:
    """Run the claimed job to its end, whatever that is; the error it ended with, or None."""
    return contextvars.copy_context().run(_perform, app, running)


def _perform(app: Flask, running: Running) -> BaseException | None:
    claim = running.claim
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(job=claim.name, job_id=claim.id, distributor=claim.distributor_id)
    began = time.monotonic()
    try:
        _refuse_switched_off(app, claim)
        with app.app_context(), writing(True), as_running(running), _walls(claim):
            _run_and_complete(running)
    except LeaseLost as error:
        log.warning("job lost to somebody else", fence=claim.fence)
        return error
    except SwitchedOff as error:
        _settle(app, lambda: claims.give_up(claim.id, claim.fence, clock.now(), SWITCHED_OFF, state=CANCELLED))
        return error
    except BaseException as error:  # the place where jobs are contained; some libraries' errors are no Exception
        _record_failure(app, claim, error)
        return error
    if running.longest_transaction_seconds > TOO_LONG_SECONDS:
        log.warning(
            "job kept its transaction open for long; checkpoint() before slow work lets others write",
            seconds=round(running.longest_transaction_seconds, 1),
        )
    log.info("job done", seconds=round(time.monotonic() - began, 3), tries=claim.tries)
    return None


def _walls(claim: Claim) -> AbstractContextManager[Any]:
    if claim.distributor_id is None:
        return all_distributors(reason=f"job {claim.name} belongs to the portal")
    return acting_for(Scope(claim.distributor_id))


def _run_and_complete(running: Running) -> None:
    claim = running.claim
    g.request_id = f"J{claim.id}"
    if claim.language:
        g.language = claim.language
    the_registry().get(claim.name).run(**claim.arguments)
    running.check()
    with all_distributors(reason="completion of a job", quiet=True):
        done = claims.complete(claim.id, claim.fence, clock.now(), **running.values)
    if not done:
        raise LeaseLost(claim.name)
    running.may_commit = True
    db.session.commit()
    running.end_transaction()


def _refuse_switched_off(app: Flask, claim: Claim) -> None:
    """A transaction of its own, so that a job which begins with a long computation holds no lock meanwhile."""
    plugin = owner_of(claim.name)
    if plugin == CORE or claim.distributor_id is None:
        return
    switch = select(PluginActivation.id).where(
        PluginActivation.distributor_id == claim.distributor_id,
        PluginActivation.plugin == plugin,
        PluginActivation.active.is_(True),
    )
    with own_transaction(app, "is the plug-in on", writes=False):
        if db.session.scalar(switch) is None:
            raise SwitchedOff(plugin)


def _record_failure(app: Flask, claim: Claim, error: BaseException) -> None:
    """Queue the job again, or end it: after its last try, and at once when a rule was broken, which no try mends."""
    error_id = uuid.uuid4().hex[:8].upper()
    text = f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0][:300]} ({error_id})"
    now = clock.now()
    if isinstance(error, PortalError):
        log.info("job refused", reason=str(error), error_id=error_id)
        _settle(app, lambda: claims.give_up(claim.id, claim.fence, now, text, refusal=str(error)))
    elif claim.tries >= claim.max_tries:
        log.error("job dead", tries=claim.tries, error_id=error_id, exc_info=error)
        _settle(app, lambda: claims.give_up(claim.id, claim.fence, now, text))
    else:
        log.warning("job failed", tries=claim.tries, error_id=error_id, exc_info=error)
        run_at = now + timedelta(seconds=backoff_seconds(claim.tries, random.random()))
        _settle(app, lambda: claims.try_again(claim.id, claim.fence, run_at, text))


def _settle(app: Flask, write: Callable[[], bool]) -> None:
    """Note how the job ended; if the database cannot be had for a while, the lease ends and the sweep does it."""
    for attempt in range(SETTLE_TRIES):
        try:
            with own_transaction(app, "failure of a job"):
                write()
            return
        except DBAPIError as error:
            log.warning("job's end could not be noted", attempt=attempt, reason=str(error.orig))
            time.sleep(random.uniform(0.05, 0.2) * 2**attempt)
