"""`flask db ...`: the state of the database's tables."""

from __future__ import annotations

import click
from flask.cli import AppGroup

db_group = AppGroup("db", help="The database's tables: bring them up to date, see how far they are.")


@db_group.command("upgrade")
def upgrade() -> None:
    """Run every migration of the core and the plug-ins, in one transaction."""
    from portal import schema

    problems = schema.upgrade()
    for problem in (*problems, *schema.missing_owners()):
        click.echo(problem, err=True)
    if problems:
        raise SystemExit(1)
    click.echo("Every table is up to date.")


@db_group.command("status")
def status() -> None:
    """Each owner of tables with the migration that its tables are at; exits 1 when one is missing."""
    from portal import schema

    behind = set(schema.pending())
    for owner, revision in schema.state():
        click.echo(
            f"{owner:<24} {revision or '-':<12} {'behind: flask db upgrade' if owner in behind else 'up to date'}"
        )
    for problem in schema.missing_owners():
        click.echo(problem, err=True)
    if behind:
        raise SystemExit(1)
