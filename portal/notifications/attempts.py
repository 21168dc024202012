"""Sending something from a job: no transaction is open meanwhile, and what went wrong is noted although the job fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import current_app

from portal.errors import PortalError
from portal.jobs.running import own_transaction, running_or_none
from portal.jobs.services import checkpoint
from portal.outbound import CallFailed
from portal.tenancy import acting_for, current_scope


@contextmanager
def attempt(note: Callable[[Exception, bool], None]) -> Iterator[None]:
    """Let go of the database, send inside the block; `note(what went wrong, whether that was the last try)`."""
    checkpoint()
    try:
        yield
    except Exception as error:
        scope, last = current_scope(), _is_last(error)
        app = current_app._get_current_object()  # type: ignore[attr-defined]
        with own_transaction(app, "a failed attempt to send"), acting_for(scope):
            note(error, last)
        raise


def in_one_line(error: Exception) -> str:
    """The failure as a log on a page shows it."""
    text = str(error) if isinstance(error, PortalError | CallFailed) else f"{type(error).__name__}: {error}"
    return text.partition("\n")[0][:300]


def _is_last(error: Exception) -> bool:
    """A broken rule is mended by no further try, and the job engine makes none."""
    running = running_or_none()
    return running is None or isinstance(error, PortalError) or running.claim.tries >= running.claim.max_tries
