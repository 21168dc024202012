"""Commands of advice."""

from __future__ import annotations

import click
from flask_babel import force_locale
from sqlalchemy import Select, select

from plugins.advice import computed
from portal.api import HomeCard, Store, acting_viewer, as_whom, money, session


@click.command("compute")
@click.option("--store", "number", default="", help="Number of one store; without it all.")
@click.option("--language", type=click.Choice(["zh_Hans", "en"]), help="Without it the distributor's.")
@as_whom
def compute(number: str, language: str | None, address: str, distributor: str) -> None:
    """Work out what each store's own figures advise now, and say it; a store sees the same on its page of today."""
    with acting_viewer(address, distributor=distributor) as viewer:
        viewer.must("advice.see")
        stores = session.scalars(_stores(number)).all()
        if number and not stores:
            raise click.ClickException(f"no store {number}")
        count = advised = 0
        with force_locale(language or viewer.distributor.language):
            for store in stores:
                cards = list(computed.cards(viewer, store))
                count, advised = count + len(cards), advised + bool(cards)
                for card in cards:
                    click.echo(_line(store, card))
        click.echo(f"{count} pieces of advice for {advised} of {len(stores)} stores", err=True)


def _stores(number: str) -> Select[Store]:
    statement = select(Store).where(Store.active.is_(True)).order_by(Store.number)
    return statement.where(Store.number == number) if number else statement


def _line(store: Store, card: HomeCard) -> str:
    """One piece of advice, ready for a spreadsheet: store, kind, what to do, why, what it is worth."""
    worth = card.gain if card.gain is not None else card.risk
    fields = (store.number, card.kind, card.title, card.body, "" if worth is None else money(worth))
    return "\t".join(str(field) for field in fields)
