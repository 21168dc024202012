"""The commands that plug-ins bring: `flask <plug-in> ...`."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from portal.contracts import Plugin
from portal.errors import NotAllowed, NotFound, PortalError
from portal.host import Host


def register(app: Flask, host: Host) -> None:
    """Put each plug-in's commands under its name."""
    for plugin in host.plugins.values():
        if plugin.commands():
            app.cli.add_command(_group(plugin))


def _group(plugin: Plugin) -> AppGroup:
    group = AppGroup(plugin.name, help=f"Commands of {plugin.name}.")
    for command in plugin.commands():
        group.add_command(_in_the_portal(command))
    return group


def _in_the_portal(command: click.Command) -> click.Command:
    """The command inside the application, with a line instead of a trace where a rule is broken."""
    inside = copy.copy(command)
    if isinstance(inside, click.Group):
        inside.commands = {name: _in_the_portal(part) for name, part in inside.commands.items()}
    if inside.callback is not None:
        inside.callback = with_appcontext(_plain_refusals(inside.callback))
    return inside


def _plain_refusals(run: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(run)
    def plain(*args: Any, **kwargs: Any) -> Any:
        try:
            return run(*args, **kwargs)
        except NotAllowed as error:
            raise click.ClickException(f"the permission {error.permission} is missing") from error
        except NotFound as error:
            raise click.ClickException(f"not found: {error}" if str(error) else "not found") from error
        except PortalError as error:
            raise click.ClickException(str(error)) from error

    return plain
