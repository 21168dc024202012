"""How the application holds its connections."""

from __future__ import annotations

import os

from flask import Flask
from sqlalchemy import text

from portal.db import db
from portal.tenancy import all_distributors
from portal.testing import World


def test_a_forked_process_does_not_talk_through_its_parents_connection(app: Flask, world: World) -> None:
    with app.app_context(), all_distributors(reason="test", quiet=True):
        db.session.execute(text("SELECT 1"))
        db.session.remove()
        assert db.engine.pool.checkedin() == 1  # type: ignore[attr-defined]
        child = os.fork()
        if child == 0:
            os._exit(db.engine.pool.checkedin())  # type: ignore[attr-defined]
        _pid, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 0
        assert db.session.execute(text("SELECT 1")).scalar() == 1, "the parent's connection was harmed"
