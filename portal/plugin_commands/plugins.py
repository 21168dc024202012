"""`flask plugins ...`: what is installed, and whether it is sound."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from portal.host import PluginProblem, plugin_root, the_host

plugins_group = AppGroup("plugins", help="What is installed, and whether it is sound.")


@plugins_group.command("list")
def list_plugins() -> None:
    """Each plug-in of this process with its version, those in quarantine with the reason, and those that are gone."""
    from portal import schema

    host = the_host()
    for name, plugin in host.plugins.items():
        source = "bundled" if host.is_bundled(name) else host.distributions.get(name) or "loaded by the application"
        click.echo(f"{name:<24} {plugin.version:<12} {source}")
    for name, reason in host.quarantined.items():
        click.echo(f"{name:<24} in quarantine: {reason}")
    for line in schema.missing_owners():
        click.echo(line)


@plugins_group.command("check")
@click.argument("names", nargs=-1)
def check(names: tuple[str, ...]) -> None:
    """Every check of every plug-in (or of those named); exits 1 with what is wrong, in plain words."""
    from portal.plugin_checks import check_all

    try:
        problems = check_all(names)
    except PluginProblem as unknown:
        raise click.ClickException(str(unknown)) from unknown
    for problem in problems:
        click.echo(problem)
    if problems:
        raise SystemExit(1)
    click.echo("All is well.")


@plugins_group.command("new")
@click.argument("name")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--title", default="", help="What people call it, in English; else made from the name.")
@click.option("--chinese", default="", help="What people call it, in Chinese; else the English title.")
def new(name: str, folder: Path | None, title: str, chinese: str) -> None:
    """Write a small plug-in to begin from, with tests that it passes, into FOLDER (else ./storewise-NAME)."""
    from portal import scaffold
    from portal.scaffold import names

    problems = names.problems_of(name, the_host())
    if problems:
        raise click.ClickException("; ".join(problems))
    folder = folder or Path(names.package_of(name).replace("_", "-"))
    try:
        written = scaffold.write(scaffold.Blank(name, folder, title, chinese))
    except (PluginProblem, OSError) as problem:
        raise click.ClickException(str(problem)) from problem
    click.echo(f"{folder}: {len(written)} files. Go on with:")
    click.echo(f"  python -m pip install --no-deps --editable {folder}")
    click.echo(f"  flask plugins check {name}")
    click.echo(f"  python -m pytest {folder}")


@plugins_group.command("revision")
@click.argument("name")
@click.option("-m", "--message", default="change tables", help="What the migration is for, in a few words.")
@click.option("--empty", is_flag=True, help="A migration without changes of tables, for data.")
def revision(name: str, message: str, empty: bool) -> None:
    """Write a migration for a plug-in (or for "portal", the core) from its models."""
    from portal.revisions import write_revision

    try:
        written = write_revision(name, message, empty=empty)
    except PluginProblem as problem:
        raise click.ClickException(str(problem)) from problem
    for path in written:
        click.echo(path)
    if not written:
        click.echo(f"The tables of {name} are in step with its models; --empty writes one for data.")


@plugins_group.command("translate")
@click.argument("name")
def translate(name: str) -> None:
    """Bring a plug-in's Chinese catalogue in step with its texts, and compile it."""
    from portal import plugin_texts

    host = the_host()
    if name not in host.plugins:
        raise click.ClickException(f"no plug-in called {name!r} is loaded")
    path, waiting = plugin_texts.update(plugin_root(host.plugins[name]), name)
    click.echo(f"{path}: {waiting} texts wait for a translator")


@plugins_group.command("purge")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
def purge(name: str, yes: bool) -> None:
    """Remove a plug-in's tables, rows, settings, permissions and files; its package may be gone already."""
    from portal import purge as purging

    try:
        plan = purging.look(name)
        if not yes:
            _confirm(plan)
        done = purging.purge(name)
    except PluginProblem as problem:
        raise click.ClickException(str(problem)) from problem
    click.echo(f"{name} is gone: {len(done.tables)} tables with {done.rows} rows, {done.files} files.")
    if name in the_host().plugins:
        click.echo("Its package is still here: take it out before the next `flask db upgrade` makes its tables anew.")


def _confirm(plan: object) -> None:
    from portal.purge import Purged

    assert isinstance(plan, Purged)
    click.echo(f"This removes, for every distributor and for ever: {', '.join(plan.tables) or 'no table'}")
    click.echo(f"with {plan.rows} rows, {plan.files} files, and the settings and permissions of {plan.name}.")
    if click.prompt(f"Type {plan.name} to go on", default="", show_default=False) != plan.name:
        raise click.ClickException("nothing was removed")
