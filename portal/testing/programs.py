"""What runs beside pages, in tests: programs that use the web API, and jobs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.accounts.tokens import create_token
from portal.accounts.viewer import Viewer
from portal.jobs.worker import run_pending


@pytest.fixture
def api_as(app: Flask, act_as: Callable[..., AbstractContextManager[Viewer]]) -> Callable[..., FlaskClient]:
    """api_as("rep").get("/api/v1/..."): a program with a token of that person; api_as(None): one without."""

    def make(role: str | None, distributor: str = "first") -> FlaskClient:
        client = app.test_client()
        if role is not None:
            with act_as(role, distributor) as viewer:
                _token, secret = create_token(viewer.membership, "test")
            client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
        return client

    return make


@pytest.fixture
def run_jobs(app: Flask) -> Callable[[], int]:
    """run_jobs() does what a worker would do now, outside of any `with act_as(...)`; how many jobs that were."""
    return lambda: run_pending(app)
