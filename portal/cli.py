"""Commands of the core; each plug-in's stand under its own name."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from portal import plugin_commands
from portal.accounts import commands as people_commands
from portal.host import Host
from portal.jobs.commands import worker
from portal.operations import commands as operations


def init_app(app: Flask, host: Host) -> None:
    """Register the commands."""
    plugin_commands.init_app(app, host)
    app.cli.add_command(demo_group)
    app.cli.add_command(start)
    app.cli.add_command(worker)
    for command in operations.COMMANDS:
        app.cli.add_command(command)
    for people_group in people_commands.GROUPS:
        app.cli.add_command(people_group)


demo_group = AppGroup("demo", help="The demo's data.")


@demo_group.command("load")
def load_demo() -> None:
    """Fill an empty database with two demo distributors."""
    from portal import demo

    if demo.is_loaded():
        raise click.ClickException("The database has a distributor already; the demo goes into an empty one.")
    for failure in demo.load():
        click.echo(f"No demo data of {failure.plugin}, which failed ({failure.error_id}).", err=True)


@click.command("start")
@click.option("--host", default="127.0.0.1", envvar="HOST", show_default=True)
@click.option("--port", default=8000, envvar="PORT", show_default=True)
@with_appcontext
def start(host: str, port: int) -> None:
    """Migrate, load the demo where the database is empty, and run web and worker."""
    from portal import start as starting

    starting.prepare()
    starting.run(host, port)
