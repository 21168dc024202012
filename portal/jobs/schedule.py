"""Work that starts by itself: each tick of a schedule becomes one job for each distributor that has the plug-in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.accounts.models import Distributor, PluginActivation
from portal.db import db
from portal.jobs.models import JobRow, ScheduleRow
from portal.jobs.registry import JobRegistry, owner_of

Ticks = dict[tuple[int, str], datetime]
CORE = "portal"


def latest_ticks(registry: JobRegistry, now: datetime) -> Ticks:
    """The newest tick, not after now, of every schedule of every distributor that has its plug-in switched on."""
    activations = db.session.scalars(select(PluginActivation).where(PluginActivation.active.is_(True)))
    active = {(activation.distributor_id, activation.plugin) for activation in activations}
    ticks: Ticks = {}
    known: dict[tuple[str, str], datetime | None] = {}  # most distributors share a time zone
    for distributor_id, zone in db.session.execute(select(Distributor.id, Distributor.timezone)):
        for name, cron in registry.schedules.items():
            if owner_of(name) != CORE and (distributor_id, owner_of(name)) not in active:
                continue
            if (name, zone) not in known:
                known[name, zone] = cron.latest(now, zone)
            tick = known[name, zone]
            if tick is not None:
                ticks[distributor_id, name] = tick
    return ticks


def remembered() -> dict[tuple[int, str], ScheduleRow]:
    """How far each schedule has come."""
    return {(row.distributor_id, row.name): row for row in db.session.scalars(select(ScheduleRow))}


def something_to_do(ticks: Ticks) -> bool:
    """Whether a schedule has moved on: a read, so that waiting for the next tick never asks for the write lock."""
    return {pair: row.last_tick for pair, row in remembered().items()} != ticks


def enqueue_ticks(registry: JobRegistry, ticks: Ticks, now: datetime) -> int:
    """Make a job of every tick that is newer than remembered; the number of jobs made.

    Ticks missed while no worker ran become one job, for the newest of them. A schedule that was not there before
    (a new distributor, a plug-in switched on) begins with its next tick.
    """
    rows = remembered()
    made = 0
    for (distributor_id, name), tick in ticks.items():
        row = rows.pop((distributor_id, name), None)
        if row is None:
            _once(ScheduleRow(distributor_id=distributor_id, name=name, last_tick=tick))
        elif row.last_tick < tick:
            made += _once(_job(registry, distributor_id, name, tick, now))
            row.last_tick = tick
    for forgotten in rows.values():  # switched off, or no longer declared
        db.session.delete(forgotten)
    return made


def _job(registry: JobRegistry, distributor_id: int, name: str, tick: datetime, now: datetime) -> JobRow:
    job = registry.get(name)
    return JobRow(
        distributor_id=distributor_id,
        name=name,
        queue=job.queue,
        key=f"{distributor_id}:{name}:tick {tick:%Y-%m-%dT%H:%MZ}",
        run_at=now,
        lease_seconds=job.lease_seconds,
        max_tries=job.tries,
    )


def _once(row: JobRow | ScheduleRow) -> int:
    """Write the row unless another worker was quicker: its unique key decides."""
    try:
        with db.session.begin_nested():
            db.session.add(row)
        return 1
    except IntegrityError:
        return 0
