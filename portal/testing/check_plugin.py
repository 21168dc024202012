"""The quality checklist for plug-ins, as one call in a test: check_plugin(app, "checklist") says everything at once.

It looks at what a plug-in is (facts, permissions, tables, templates, texts, migrations, settings) and at what it does
with an empty store: every member of the contract answers with the right types, nothing is asked outside of the walls,
and the first page stays inside its budget. What a view does for whom, the author tests; those tests must be there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from flask import Flask, g
from sqlalchemy import event, select

from portal import clock
from portal.accounts.viewer import load_person, viewer_of
from portal.contracts import BriefingQuery, Plugin, Span
from portal.db import db
from portal.host import Host
from portal.host.answers import take
from portal.host.fence import fenced
from portal.plugin_checks import check_all
from portal.stores.models import Store
from portal.tenancy import acting_for
from portal.testing.world import World

# What one plug-in may ask of the database for one answer to a page; the first page has twelve for all together.
HOME_BUDGET = 3
ANSWER_BUDGET = 6
ROLES = ("administrator", "rep", "store_manager", "store_staff")


def check_plugin(app: Flask, name: str) -> None:
    """Raise AssertionError with everything that is wrong with the plug-in, one line each.

    `app` runs on the test world (the fixtures `app` and `world`), with the plug-in loaded.
    """
    host: Host = app.extensions["storewise_host"]
    assert name not in host.quarantined, f"{name} is in quarantine: {host.quarantined[name]}"
    assert name in host.plugins, f"{name} is not loaded; loaded are: {', '.join(host.plugins) or 'none'}"
    with app.app_context():
        problems = check_all((name,))
    problems += list(_problems_of_answers(app, host.plugins[name]))
    assert not problems, f"{len(problems)} faults in {name}:\n" + "\n".join(f"- {line}" for line in problems)


def _problems_of_answers(app: Flask, plugin: Plugin) -> Iterator[str]:
    world: World = app.extensions["test_world"]
    for role in ROLES:
        with _acting(app, world, role) as viewer:
            for member, arguments in _questions(viewer).items():
                if getattr(type(plugin), member) is not getattr(Plugin, member):
                    yield from _problems_of_answer(plugin, member, arguments, role)


@contextmanager
def _acting(app: Flask, world: World, role: str) -> Iterator[Any]:
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        person = load_person(world.first.keys[role])
        viewer = viewer_of(person, world.first.members[role]) if person else None
        assert viewer is not None, f"the test world has no {role}"
        g.viewer, g.failures = viewer, []
        try:
            with acting_for(viewer.scope):
                yield viewer
        finally:
            db.session.remove()


def _questions(viewer: Any) -> dict[str, tuple[Any, ...]]:
    """Each member that is asked, with arguments that fit."""
    span = Span(clock.now() - timedelta(days=30), clock.now() + timedelta(days=30))
    store = viewer.store or db.session.scalars(select(Store).order_by(Store.id)).first()
    return {
        "home_cards": (viewer,),
        "timeline": (store, span),
        "calendar_entries": (viewer, span),
        "search": ("商品 a%_", viewer),
        "briefing_sections": (BriefingQuery(None if viewer.store is None else store, span, "en"),),
        "store_signals": (store, span),
        "personal_data": (viewer.person,),
    }


def _problems_of_answer(plugin: Plugin, member: str, arguments: tuple[Any, ...], role: str) -> Iterator[str]:
    def answer() -> tuple[list[Any], bool]:
        return take(member, getattr(plugin, member)(*arguments))

    with _statements() as sent:
        try:
            items, more = fenced(answer, keep=False)
        except Exception as error:
            yield f"{member} fails for the {role}: {type(error).__name__}: {error}"
            return
    if more:
        yield f"{member} gives the {role} more than is taken"
    budget = HOME_BUDGET if member == "home_cards" else ANSWER_BUDGET
    if len(sent) > budget + len(items):
        yield f"{member} sends {len(sent)} statements for the {role}, at most {budget} are in the budget: {sent[-1]}"


@contextmanager
def _statements() -> Iterator[list[str]]:
    sent: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "SELECT set_config")):
            sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
