"""`flask backup`: everything that a portal keeps, in one archive, while people go on working.

Bytes first, then the database, then the bytes that came in between. What a row of the database's moment speaks of was
either there all the time, and is copied; or it was put meanwhile, and the sweep leaves bytes so young alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from flask import Flask, current_app

from portal import clock, schema
from portal.files.storage import storage
from portal.operations import facts
from portal.operations.archive import FILES, KEYS, Writer, writing
from portal.operations.manifest import Manifest
from portal.operations.snapshots import Snapshot, snapshot, work_folder

log = structlog.get_logger(__name__)
Tell = Callable[[str], Any]


class NothingToBackUp(Exception):
    """The database has no tables."""


@dataclass(frozen=True, slots=True)
class BackedUp:
    """What a backup holds."""

    tables: int
    rows: int
    files: int
    size: int
    missing: tuple[str, ...]


def back_up(target: Path, tell: Tell = lambda line: None) -> BackedUp:
    """Write the archive; raises FileExistsError, NothingToBackUp, ToolFailed or OSError, and then leaves nothing behind."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    if schema.is_empty():
        raise NothingToBackUp
    with writing(target) as archive, work_folder(target.parent) as work:
        _add_known_files(archive)
        tell(f"{len(archive.entries)} files copied, now the database")
        with snapshot(app, work) as taken:
            with taken.dump.open("rb") as dump:
                archive.add(taken.name, dump, compress=taken.kind == "sqlite")
            missing = _add_new_files(archive, taken)
            manifest = _manifest(app, taken, missing)
        _add_keys(archive, Path(app.config["DATA_DIR"]))
        manifest.entries.extend(archive.entries.values())
        archive.close(manifest)
    done = _summary(manifest)
    log.info("backup made", file=str(target), rows=done.rows, files=done.files, missing=len(missing))
    return done


def _add_known_files(archive: Writer) -> None:
    """All bytes that are kept now, but for small copies of pictures, which are made again when somebody looks."""
    tomorrow = clock.now() + timedelta(days=1)
    for key in storage().keys_older_than(tomorrow):
        if "." not in key:
            _add_file(archive, key)


def _add_new_files(archive: Writer, taken: Snapshot) -> list[str]:
    """The bytes that came since; those that cannot be had are named."""
    wanted = (key for key in facts.file_keys(taken.connection) if FILES + key not in archive.entries)
    return [key for key in wanted if not _add_file(archive, key)]


def _add_file(archive: Writer, key: str) -> bool:
    try:
        with storage().open(key) as source:
            archive.add(FILES + key, source)
    except FileNotFoundError:
        return False
    return True


def _add_keys(archive: Writer, folder: Path) -> None:
    """The secrets that the portal made for itself; those of the environment are the operator's to keep."""
    for name in ("secret_key.txt", "security_password_salt.txt"):
        if (folder / name).is_file():
            with (folder / name).open("rb") as source:
                archive.add(KEYS + name, source)


def _manifest(app: Flask, taken: Snapshot, missing: list[str]) -> Manifest:
    return Manifest(
        made_at=clock.now().isoformat(),
        storewise=facts.storewise_version(),
        database=taken.kind,
        server=taken.server,
        key_print=facts.key_print(app),
        plugins=facts.plugins_of(app),
        migrations=facts.migrations_of(taken.connection),
        rows=facts.rows_of(taken.connection),
        missing=missing,
    )


def _summary(manifest: Manifest) -> BackedUp:
    return BackedUp(
        tables=len(manifest.rows),
        rows=sum(manifest.rows.values()),
        files=sum(entry.path.startswith(FILES) for entry in manifest.entries),
        size=sum(entry.size for entry in manifest.entries),
        missing=tuple(manifest.missing),
    )
