"""`flask restore`: a portal as it was when its archive was made; everything is checked before anything is touched."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from flask import Flask, current_app
from sqlalchemy import select

from portal import clock, schema
from portal.accounts.models import Distributor, Person
from portal.db import db
from portal.files.storage import storage
from portal.histories import histories
from portal.jobs.queries import worker_alive
from portal.operations import databases, facts
from portal.operations.archive import FILES, KEYS, Reader, reading
from portal.operations.manifest import ArchiveBroken
from portal.operations.snapshots import work_folder
from portal.tenancy import all_distributors

log = structlog.get_logger(__name__)
Tell = Callable[[str], Any]


class NotNow(Exception):
    """The portal is not in a state to be restored into; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back, and what the operator should know."""

    rows: int
    files: int
    notes: tuple[str, ...]


def restore(source: Path, *, force: bool = False, tell: Tell = lambda line: None) -> Restored:
    """Put an archive in the place of what is here; raises NotNow, ArchiveBroken or ToolFailed with nothing changed."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    _refuse_running()
    if not force:
        _refuse_occupied()
    with reading(source) as archive, work_folder(Path(app.config["DATA_DIR"])) as work:
        _refuse_newer(archive)
        _need_room(archive, work)
        tell("Checking the archive")
        archive.verify()
        dump = _unpack_database(archive, work)
        plan = databases.plan(app, archive.manifest, dump)
        tell("Putting the database in place")
        db.session.remove()
        db.engine.dispose()
        plan()
        tell("Putting the files in place")
        files = _bring_files(archive)
        notes = _bring_keys(app, archive)
        notes += schema.upgrade()
        _compare(archive)
    log.warning("restored from a backup", file=str(source), made_at=archive.manifest.made_at)
    notes += [f"{key}: its bytes were missing already when the backup was made" for key in archive.manifest.missing]
    return Restored(sum(archive.manifest.rows.values()), files, (*notes, *schema.missing_owners()))


def _refuse_running() -> None:
    if not schema.is_empty() and schema.is_current() and worker_alive(clock.now()):
        raise NotNow(
            "the portal is running (a worker spoke within the last minute): stop web processes and workers first"
        )


def _refuse_occupied() -> None:
    """A database in which somebody works is not written over by mistake; one that was only migrated is."""
    key = next(iter(storage().keys_older_than(clock.now() + timedelta(days=1))), None)
    if key is not None:
        raise NotNow("there are files here already; --force puts the archive in their place")
    if schema.is_empty():
        return
    with all_distributors(reason="is the portal in use", quiet=True):
        in_use = db.session.scalar(select(Distributor.id).limit(1)) or db.session.scalar(select(Person.id).limit(1))
    db.session.rollback()
    if in_use:
        raise NotNow("this portal is in use; --force puts the archive in the place of everything that is here")


def _refuse_newer(archive: Reader) -> None:
    """Tables that this code does not know yet cannot be served by it; plug-ins that are not here are another matter."""
    for history in histories():
        known = {script.revision for script in history.scripts().walk_revisions()}
        unknown = set(archive.manifest.migrations.get(history.owner, ())) - known
        if unknown:
            raise ArchiveBroken(
                f"the archive was made by a newer version (Storewise {archive.manifest.storewise}):"
                f" migration {', '.join(sorted(unknown))} of {history.owner} is not known here"
            )


def _need_room(archive: Reader, work: Path) -> None:
    needed = sum(entry.size for entry in archive.manifest.entries)
    if shutil.disk_usage(work).free < needed:
        raise NotNow(f"the archive needs {needed // 1_000_000} MB here; that much is not free")


def _unpack_database(archive: Reader, work: Path) -> Path:
    name = {"sqlite": "database.sqlite", "postgresql": "database.dump"}.get(archive.manifest.database, "")
    entry = archive.entry(name)
    if entry is None:
        raise ArchiveBroken("the archive holds no database")
    with (work / name).open("wb") as target:
        archive.copy(entry, target.write)
    return work / name


def _bring_files(archive: Reader) -> int:
    entries = list(archive.under(FILES))
    for entry in entries:
        parts: list[bytes] = []
        archive.copy(entry, parts.append)
        storage().put(entry.path.removeprefix(FILES), b"".join(parts))
    return len(entries)


def _bring_keys(app: Flask, archive: Reader) -> list[str]:
    """The secrets that lay beside the data; a key of the environment is left to who set it."""
    folder = Path(app.config["DATA_DIR"])
    for entry in archive.under(KEYS):
        path = folder / entry.path.removeprefix(KEYS)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as target:
            archive.copy(entry, target.write)
    kept = next(archive.under(f"{KEYS}secret_key"), None)
    if kept is None and not facts.same_key(app, archive.manifest.key_print):
        return [
            "SECRET_KEY is not the one under which the backup was made: set it as it was then. Until then people have to"
            " log in again, second steps (authenticator apps) are refused and waiting letters cannot be sent"
        ]
    return []


def _compare(archive: Reader) -> None:
    """Every row that the archive counts is here; migrations that ran since may have added some."""
    with db.engine.connect() as connection:
        databases.see_everything(connection)
        here = facts.rows_of(connection)
    lost = {name: (rows, here.get(name, 0)) for name, rows in archive.manifest.rows.items() if here.get(name, 0) < rows}
    if lost:
        what = ", ".join(f"{name}: {found} of {rows}" for name, (rows, found) in sorted(lost.items()))
        raise ArchiveBroken(f"not every row came back: {what}")
