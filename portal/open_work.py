"""How much waits in each place of the navigation: all plug-ins' counts in one query, each plug-in's part contained."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial
from operator import index
from typing import Any

import structlog
from sqlalchemy import ScalarSelect, Select, select

from portal.accounts.viewer import Viewer
from portal.contracts import Count, Plugin
from portal.host import PASSED_ON, Failure, ask, fenced
from portal.tenancy import Prepared

log = structlog.get_logger(__name__)

Question = tuple[Plugin | None, Count]  # None: the core's own


def numbers(questions: Sequence[Question], viewer: Viewer) -> list[int]:
    """The answer to each question, in their order; 0 where it failed, which the page says."""
    try:
        return fenced(partial(_at_once, questions, viewer), keep=False)
    except PASSED_ON:
        raise
    except BaseException as error:  # whose fault it is comes out when they are asked one by one
        log.warning("counts could not be asked together", exc_info=error)
        return _one_by_one(questions, viewer)


def _at_once(questions: Sequence[Question], viewer: Viewer) -> list[int]:
    drafts = [_draft(count, viewer) for _plugin, count in questions]
    statements = tuple(draft for draft in drafts if isinstance(draft, Select))
    found = iter(_all_in_one(statements).first() or () if statements else ())
    return [draft if isinstance(draft, int) else _whole(next(found)) for draft in drafts]


def _one_by_one(questions: Sequence[Question], viewer: Viewer) -> list[int]:
    answers = (ask(plugin, "nav_items", partial(_alone, count, viewer)) for plugin, count in questions)
    return [0 if isinstance(answer, Failure) else answer for answer in answers]


def _draft(count: Count, viewer: Viewer) -> int | Select[Any]:
    """What a count gives, made sure of: a number, or a statement that gives one."""
    answer = count(viewer)
    if not isinstance(answer, Select):
        return index(answer)
    _as_column(answer)
    return answer


@lru_cache(maxsize=256)
def _as_column(statement: Select[Any]) -> ScalarSelect[Any]:
    if len(statement.selected_columns) != 1:
        raise TypeError("a count is a statement of one column")
    return statement.scalar_subquery()


@lru_cache(maxsize=256)
def _all_in_one(statements: tuple[Select[Any], ...]) -> Prepared:
    """Made once for statements that are the same objects each time."""
    columns = (_as_column(statement).label(f"n{place}") for place, statement in enumerate(statements))
    return Prepared(select(*columns))


def _alone(count: Count, viewer: Viewer) -> int:
    return _at_once([(None, count)], viewer)[0]


def _whole(number: Any) -> int:
    return index(number or 0)
