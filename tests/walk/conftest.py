"""The portal of the walk, for test modules that take `app` from tests.walk.rooms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from portal.db import db
from portal.testing import running_app, settings_for
from tests.walk.estate import Estate, build_estate
from tests.walk.memory import Memory
from tests.walk.walker import Walker


@pytest.fixture(scope="session")
def estate_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A portal of its own, whose database holds the whole estate whenever a test begins."""
    with running_app(settings_for(tmp_path_factory.mktemp("walk"))) as portal:
        portal.extensions["estate"] = build_estate(portal, portal.extensions["test_world"])
        with portal.app_context():
            db.engine.dispose()
        portal.extensions["test_keeper"].freeze()
        yield portal


@pytest.fixture
def estate(app: Any, world: Any) -> Estate:
    return app.extensions["estate"]


@pytest.fixture
def memory(app: Any, estate: Estate) -> Iterator[Memory]:
    looking = Memory(app.config["SQLALCHEMY_DATABASE_URI"])
    yield looking
    looking.close()


@pytest.fixture
def walker_of(estate: Estate, client_as: Any) -> Any:
    """walker_of("rep"): somebody whose visit is noted already, so that asking again writes nothing."""

    def make(role: str | None) -> Walker:
        walker = Walker(estate, role, client_as(role))
        walker.browser.get("/account")
        walker.program.get("/api/v1/me")
        return walker

    return make


@pytest.fixture
def permissions_of(act_as: Any) -> Any:
    """permissions_of("rep"): what that role may do; a stranger nothing."""

    def find(role: str | None) -> frozenset[str]:
        if role is None:
            return frozenset()
        with act_as(role) as viewer:
            return viewer.permissions

    return find
