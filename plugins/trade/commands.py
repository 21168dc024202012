"""Commands of trade."""

from __future__ import annotations

from pathlib import Path

import click

from plugins.trade.importing import services
from plugins.trade.importing.columns import KINDS
from portal.api import acting_viewer, as_whom, session


@click.command("import")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_whom
def import_file(kind: str, file: Path, address: str, distributor: str) -> None:
    """Take in a CSV or XLSX of products, sales, receipts or stock, as a person who may."""
    with acting_viewer(address, distributor=distributor) as viewer:
        viewer.must("trade.products" if kind == "products" else "trade.upload")
        intake = services.take_in(kind, file.read_bytes(), name=file.name, by=viewer)
        for error in intake.errors[:50]:
            click.echo(str(error), err=True)
        if not intake.written:
            raise click.ClickException(f"{len(intake.errors)} cells are wrong; nothing was written")
        session.commit()
        click.echo("nothing new" if intake.repeated else f"{intake.rows} rows taken in")
