"""Where a plug-in's code runs so that it can hurt nobody else: fenced in, timed, and reported when it fails.

What is contained: every exception, SystemExit among them (a library that calls sys.exit() must not end a web
process; only Ctrl+C passes), broken database transactions, and walls left open. What cannot be contained is code
that never returns, or that changes the process itself: a plug-in is trusted to mean well, not to be without faults.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Literal, TypeVar

import structlog
from flask import current_app, g, has_request_context
from flask_babel import gettext as _

from portal.contracts import Plugin
from portal.errors import PortalError
from portal.host.fence import TransactionLost, fenced
from portal.host.problems import PluginFailed

log = structlog.get_logger(__name__)

Result = TypeVar("Result")

SLOW_MS = 500

PASSED_ON = (KeyboardInterrupt, GeneratorExit, TransactionLost)


@dataclass(frozen=True, slots=True)
class Failure:
    """One plug-in's part of an answer that could not be had, or not whole."""

    plugin: str
    title: str
    error_id: str
    kind: Literal["failed", "cut"] = "failed"

    def __str__(self) -> str:
        """What a page says about it."""
        known = {"name": self.title, "id": self.error_id}
        if self.kind == "cut":
            return str(_("%(name)s has too much to show; this is not all (%(id)s).", **known))
        return str(_("%(name)s could not be loaded (%(id)s).", **known))


def ask(plugin: Plugin | None, member: str, question: Callable[[], Result]) -> Result | Failure:
    """Run reading code of a plug-in (None: the core's own) behind the fence; a failure is reported and returned."""
    began = perf_counter()
    try:
        return fenced(question, keep=False)
    except PASSED_ON:
        raise
    except BaseException as error:  # the place where plug-ins are contained
        return report_failure(plugin, member, error)
    finally:
        _note_time(plugin, member, began)


def tell(plugin: Plugin, member: str, deed: Callable[[], object]) -> Failure | None:
    """Run writing code of a plug-in behind the fence: a failure undoes what it wrote, is reported and returned."""
    try:
        fenced(deed, keep=True)
    except PASSED_ON:
        raise
    except BaseException as error:  # the place where plug-ins are contained
        return report_failure(plugin, member, error)
    return None


def demand(plugin: Plugin, member: str, deed: Callable[[], object]) -> None:
    """Run writing code of a plug-in that has to succeed: raises its RuleBroken, or PluginFailed for anything else."""
    try:
        fenced(deed, keep=True)
    except (*PASSED_ON, PortalError):
        raise
    except BaseException as error:
        failure = report_failure(plugin, member, error)
        raise PluginFailed(failure.title, failure.error_id) from error


def report_failure(plugin: Plugin | None, member: str, error: BaseException) -> Failure:
    """Log a plug-in's failure under an id that the page shows too."""
    failure = Failure(plugin.name if plugin else "portal", title_of(plugin), _new_id())
    log.error("plug-in failed", plugin=failure.plugin, member=member, error_id=failure.error_id, exc_info=error)
    return shown(failure)


def report_cut(plugin: Plugin, member: str, limit: int) -> Failure:
    """Log that a plug-in answered more than is taken."""
    failure = Failure(plugin.name, title_of(plugin), _new_id(), kind="cut")
    log.warning("plug-in answered too much", plugin=plugin.name, member=member, limit=limit, error_id=failure.error_id)
    return shown(failure)


def shown(failure: Failure) -> Failure:
    """Let the page of this request say it."""
    if has_request_context():
        g.setdefault("failures", []).append(failure)
    return failure


def title_of(plugin: Plugin | None) -> str:
    """A plug-in's title, or its name where even that fails."""
    if plugin is None:
        return "Storewise"
    try:
        return str(plugin.title)
    except Exception:
        return plugin.name


def _new_id() -> str:
    return uuid.uuid4().hex[:8].upper()


def _note_time(plugin: Plugin | None, member: str, began: float) -> None:
    took_ms = round((perf_counter() - began) * 1000)
    if took_ms > current_app.config.get("SLOW_PLUGIN_MS", SLOW_MS):
        log.warning("plug-in is slow", plugin=plugin.name if plugin else "portal", member=member, took_ms=took_ms)
