"""Commands of advice."""

from __future__ import annotations

import click
from flask_babel import force_locale
from sqlalchemy import Select, select

from plugins.advice.models import Proposal
from plugins.advice.proposals import computing
from plugins.advice.proposals import queries as proposal_queries
from plugins.advice.proposals.wording import KIND_TITLES, words_of
from portal.api import Store, acting_viewer, as_whom, money, session


@click.command("compute")
@click.option("--store", "number", default="", help="Number of one store; without it all.")
@click.option("--language", type=click.Choice(["zh_Hans", "en"]), help="Without it the distributor's.")
@as_whom
def compute(number: str, language: str | None, address: str, distributor: str) -> None:
    """Bring the advice of stores up to date with their figures now, and say what is open."""
    with acting_viewer(address, distributor=distributor) as viewer:
        viewer.must("advice.see")
        stores = session.scalars(_stores(number)).all()
        if number and not stores:
            raise click.ClickException(f"no store {number}")
        session.rollback()
        count = 0
        with force_locale(language or viewer.distributor.language):
            for start in range(0, len(stores), computing.CHUNK):
                chunk = {store.id: store for store in stores[start : start + computing.CHUNK]}
                computing.compute(list(chunk))
                session.commit()
                for proposal in proposal_queries.open_of_stores(list(chunk)):
                    click.echo(_line(chunk[proposal.store_id], proposal))
                    count += 1
        click.echo(f"{count} pieces of advice for {len(stores)} stores", err=True)


def _stores(number: str) -> Select[Store]:
    statement = select(Store).where(Store.active.is_(True)).order_by(Store.number)
    return statement.where(Store.number == number) if number else statement


def _line(store: Store, proposal: Proposal) -> str:
    """One piece of advice, ready for a spreadsheet: store, kind, what to do, why, what it is worth."""
    worth = proposal.gain if proposal.gain is not None else proposal.risk
    words = words_of(proposal)
    fields = (store.number, KIND_TITLES[proposal.kind], words.title, words.body, "" if worth is None else money(worth))
    return "\t".join(str(field) for field in fields)
