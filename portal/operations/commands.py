"""`flask backup`, `flask restore`, `flask doctor`."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError

SAY = {"tell": lambda line: click.echo(f"· {line}", err=True)}


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def backup(file: Path) -> None:
    """Write everything that the portal keeps into FILE, while people go on working. Keep FILE secret: it has all data."""
    from portal.operations.backup import NothingToBackUp, back_up
    from portal.operations.snapshots import ToolFailed

    try:
        done = back_up(file.resolve(), **SAY)
    except NothingToBackUp as error:
        raise click.ClickException("the database has no tables yet: there is nothing to back up") from error
    except (FileExistsError, ToolFailed, OSError, DBAPIError, sqlite3.Error) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{file}: {done.rows} rows of {done.tables} tables, {done.files} files, {done.size // 1_000_000} MB")
    for key in done.missing:
        click.echo(f"missing: {key}: a row speaks of it, but its bytes are not there", err=True)


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Put the archive in the place of what is here, which is then gone.")
@with_appcontext
def restore(file: Path, force: bool) -> None:
    """Bring back what `flask backup` wrote into FILE. Stop web processes and workers first."""
    from portal.operations.manifest import ArchiveBroken
    from portal.operations.restore import NotNow
    from portal.operations.restore import restore as bring_back
    from portal.operations.snapshots import ToolFailed

    try:
        done = bring_back(file, force=force, **SAY)
    except (ArchiveBroken, NotNow, ToolFailed) as error:
        raise click.ClickException(str(error)) from error
    except DBAPIError as error:
        raise click.ClickException(f"the database refused: {error.orig}") from error
    click.echo(f"{done.rows} rows and {done.files} files are back. Start the portal, then look: flask doctor")
    for note in done.notes:
        click.echo(note, err=True)


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="For programs: a list of findings.")
@with_appcontext
def doctor(as_json: bool) -> None:
    """Look at everything that the portal needs; exits 1 when something has to be mended."""
    from portal.operations.doctor import examine

    found = []
    for finding in examine():
        found.append(finding)
        if not as_json:
            click.echo(f"{finding.level:<8} {finding.subject}: {finding.text}")
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in found], ensure_ascii=False, indent=1))
    if any(finding.level == "problem" for finding in found):
        raise SystemExit(1)


COMMANDS = (backup, restore, doctor)
