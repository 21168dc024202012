"""Fixtures for the tests of the jobs: jobs of a made-up plug-in, and a look at what became of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from portal import clock
from portal.accounts.models import PluginActivation
from portal.contracts import Job
from portal.db import db
from portal.jobs import claims
from portal.jobs.claims import Claim, Lane
from portal.jobs.models import JobRow
from portal.jobs.registry import EXTENSION, JobRegistry
from portal.jobs.running import own_transaction
from portal.jobs.services import enqueue
from portal.jobs.worker import leases_of
from portal.tenancy import Scope, acting_for


class Sample:
    """A plug-in called "sample" that is switched on for both distributors, and what its jobs did."""

    def __init__(self, app: Flask, world: Any) -> None:
        self.app = app
        self.world = world
        self.registry: JobRegistry = app.extensions[EXTENSION]
        self.calls: list[Any] = []

    def job(self, name: str, run: Callable[..., None] | None = None, **options: Any) -> str:
        """Declare a job; without `run` it notes its arguments."""
        full = f"sample.{name}"
        self.registry.register(Job(full, run or (lambda **given: self.calls.append(given)), name.title(), **options))
        return full

    def ask_for(self, name: str, distributor: str = "first", **options: Any) -> int:
        """Enqueue and commit; the id."""
        with own_transaction(self.app, "test"), acting_for(Scope(self.world[distributor].id)):
            return enqueue(name, **options).id

    def row(self, job_id: int) -> JobRow:
        """The job as it stands in the database now."""
        with own_transaction(self.app, "test", writes=False):
            row = db.session.get(JobRow, job_id)
            assert row is not None
            return row

    def rows(self) -> list[JobRow]:
        """All jobs, oldest first."""
        with own_transaction(self.app, "test", writes=False):
            return list(db.session.scalars(db.select(JobRow).order_by(JobRow.id)))

    def claim(self, now: datetime | None = None, lane: Lane | None = None) -> Claim | None:
        """What a worker that asks now gets."""
        with own_transaction(self.app, "test"):
            return claims.claim(now or clock.now(), lane or Lane(), leases_of(self.registry))

    def sweep(self, now: datetime) -> int:
        """What a sweep at that moment takes back."""
        with own_transaction(self.app, "test"):
            return claims.sweep(now)

    def switch(self, distributor: str, active: bool) -> None:
        """Switch the plug-in on or off."""
        with own_transaction(self.app, "test"):
            owner = self.world[distributor].id
            query = db.select(PluginActivation).filter_by(plugin="sample", distributor_id=owner)
            row = db.session.scalars(query).one_or_none() or PluginActivation(plugin="sample", distributor_id=owner)
            row.active = active
            db.session.add(row)


@pytest.fixture
def sample(app: Flask, world: Any) -> Iterator[Sample]:
    """The made-up plug-in."""
    made = Sample(app, world)
    made.switch("first", True)
    made.switch("other", True)
    yield made
    made.registry.forget("sample")
