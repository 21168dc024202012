"""What nobody needs any more goes by itself: each night, for every distributor."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from portal import clock
from portal.db import db
from portal.files.services import sweep_orphans
from portal.files.storage import storage
from portal.jobs import housekeeping
from portal.jobs.registry import the_registry
from portal.jobs.services import enqueue
from portal.jobs.worker import run_pending
from portal.once import RequestKey
from portal.parked import ParkedForm
from portal.tenancy import all_distributors
from tests.portal.file_samples import photo

REPORT = {"category": "quality", "text": "酸奶胀包", "once_key": "the-one-and-only"}


def run(app: Any, act_as: Any, name: str, distributor: str = "first") -> None:
    with act_as("administrator", distributor):
        enqueue(name)
    run_pending(app)


def count(app: Any, model: Any) -> int:
    with app.app_context(), all_distributors(reason="test"):
        return len(db.session.scalars(select(model)).all())


def test_each_of_them_starts_every_night(app: Any) -> None:
    with app.app_context():
        nightly = {job.name for job in the_registry() if job.name in the_registry().schedules}
    assert {job.name for job in housekeeping.JOBS} <= nightly
    assert {"portal.forget_forms", "portal.sweep_files"} <= nightly


def test_what_was_typed_and_kept_goes_after_six_hours(app: Any, act_as: Any) -> None:
    app.test_client().post("/complaints/new", data=REPORT)
    with clock.frozen(clock.now() + timedelta(hours=5)):
        run(app, act_as, "portal.forget_forms")
    assert count(app, ParkedForm) == 1
    with clock.frozen(clock.now() + timedelta(hours=7)):
        run(app, act_as, "portal.forget_forms")
    assert count(app, ParkedForm) == 0


def test_keys_of_forms_go_after_a_month(app: Any, act_as: Any, client_as: Any) -> None:
    assert client_as("store_manager").post("/complaints/new", data=REPORT).status_code == 302
    for days, left in ((29, 1), (31, 0)):
        with clock.frozen(clock.now() + timedelta(days=days)):
            run(app, act_as, "portal.forget_forms")
        assert count(app, RequestKey) == left


def test_bytes_without_a_row_go_after_a_day_and_those_of_another_distributor_stay(
    app: Any, act_as: Any, world: Any
) -> None:
    ours, theirs = (f"{each.id}/aa/bb/{'aabb' + 60 * '0'}" for each in (world.first, world.other))
    with app.app_context():
        for key in (ours, theirs):
            storage().put(key, photo())

    def there() -> list[str]:
        with app.app_context():
            found = set(storage().keys_older_than(clock.now() + timedelta(days=9)))
        return [name for name, key in (("ours", ours), ("theirs", theirs)) if key in found]

    run(app, act_as, "portal.sweep_files")
    assert there() == ["ours", "theirs"]
    with clock.frozen(clock.now() + timedelta(hours=25)):
        run(app, act_as, "portal.sweep_files")
    assert there() == ["theirs"]
    with app.app_context(), clock.frozen(clock.now() + timedelta(hours=25)):
        assert sweep_orphans() >= 1
    assert there() == []
