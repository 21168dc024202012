"""`flask plugins ...` and `flask db ...`: what is installed, whether it is sound, and what the database has of it."""

from __future__ import annotations

from flask import Flask

from portal.host import Host
from portal.plugin_commands import own
from portal.plugin_commands.database import db_group
from portal.plugin_commands.plugins import plugins_group


def init_app(app: Flask, host: Host) -> None:
    """Register the commands, and those that plug-ins bring."""
    own.register(app, host)
    app.cli.add_command(plugins_group)
    app.cli.add_command(db_group)
