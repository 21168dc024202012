"""Commands of briefings."""

from __future__ import annotations

import time
from pathlib import Path

import click

from plugins.briefings import queries, services
from plugins.briefings.edition import paper_of
from plugins.briefings.models import DRAFT, Briefing
from plugins.briefings.queries import Progress
from portal.api import Viewer, acting_viewer, as_whom, session, store_by_number, work_off

TELL_SECONDS = 2.0


@click.command("render")
@click.argument("briefing", type=int, required=False)
@click.option("--store", "number", required=True, help="Number of the store.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.option("--language", type=click.Choice(["zh_Hans", "en"]), help="Without it the distributor's.")
@as_whom
def render(briefing: int | None, number: str, out: Path, language: str | None, address: str, distributor: str) -> None:
    """Write the edition of one store as a PDF; without BRIEFING, of the newest one that was issued."""
    with acting_viewer(address, distributor=distributor) as viewer:
        viewer.must("briefings.see")
        found = queries.briefing(briefing) if briefing else queries.newest_issued()
        store = store_by_number(number)
        if store is None or found is None:
            raise click.ClickException(f"no store {number}" if store is None else "no briefing has been issued")
        what = f"{found.title}, {store.number} {store.name}"
        paper = paper_of(found, store, language or viewer.distributor.language, viewer.distributor)
        session.rollback()  # the layout takes seconds, in which others want to write
        rendered = paper.render()
    out.write_bytes(rendered.pdf)
    click.echo(f"{out}: {what}, {rendered.pages} pages")


@click.command("issue")
@click.argument("briefing", type=int)
@click.option("--threads", default=2, show_default=True, type=click.IntRange(1, 16), help="Editions at a time.")
@as_whom
def issue(briefing: int, threads: int, address: str, distributor: str) -> None:
    """Issue a briefing and make every edition here, beside the workers; stopped half-way, the same command goes on."""
    with acting_viewer(address, distributor=distributor) as viewer:
        viewer.must("briefings.issue")
        _ask(queries.briefing(briefing), viewer)
        session.commit()
        last = _make(briefing, threads)
    if not last.finished:
        raise click.ClickException(f"stopped after {last.ready} of {last.editions}; the same command goes on")
    click.echo(f"{last.ready} of {last.editions} editions made")
    if last.failed:
        raise click.ClickException(f"{last.failed} failed; see the briefing's page. The same command tries them again")


def _ask(found: Briefing, viewer: Viewer) -> None:
    if found.state == DRAFT:
        click.echo(f"{services.issue(found, by=viewer)} editions to make")
    else:
        click.echo(f"issued already; {services.go_on(found)} editions to make")


def _make(briefing_id: int, threads: int) -> Progress:
    """Work until all editions are made or somebody stops us; how far it came."""
    told = time.monotonic()

    def now() -> Progress:
        return queries.progress([briefing_id]).get(briefing_id, Progress())

    def finished() -> bool:
        nonlocal told
        state = now()
        if time.monotonic() - told > TELL_SECONDS:
            told = time.monotonic()
            click.echo(f"{state.ready} of {state.editions}" + (f", {state.failed} failed" if state.failed else ""))
        return state.finished

    work_off("pdf", finished, threads=threads)
    return now()
