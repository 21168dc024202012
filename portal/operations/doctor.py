"""`flask doctor`: looks at everything that a portal needs, and says in plain words what is amiss."""

from __future__ import annotations

from collections.abc import Iterator

from portal.db import db
from portal.operations import check_database, check_services, check_settings
from portal.operations.findings import Check, Finding, problem, warning

SETTINGS_AND_SERVICES: tuple[Check, ...] = (*check_settings.CHECKS, *check_services.WITHOUT_DATABASE)
INSIDE_THE_DATABASE: tuple[Check, ...] = (*check_database.CHECKS, *check_services.WITH_DATABASE)


def examine() -> Iterator[Finding]:
    """Everything, one after the other; a check that fails is a finding too."""
    answers = True
    for finding in _contained(check_database.database):
        answers = finding.level != "problem"
        yield finding
    for check in SETTINGS_AND_SERVICES:
        yield from _contained(check)
    if answers:
        for check in INSIDE_THE_DATABASE:
            yield from _contained(check)
    else:
        yield warning("database", "what lies in it was not looked at")


def _contained(check: Check) -> Iterator[Finding]:
    try:
        yield from check()
    except Exception as error:  # whatever fails is the finding
        db.session.rollback()
        first = str(error).strip().partition("\n")[0] or type(error).__name__
        yield problem(check.__name__.replace("_", " "), f"does not work: {first}")
