"""`flask checklist ...`."""

from __future__ import annotations

import click

from portal.api import acting_viewer, session
from storewise_checklist import services


@click.command("standard")
@click.option("--as", "address", required=True, help="E-mail address of the person who writes it.")
def standard(address: str) -> None:
    """Write the standard list for a distributor that has none."""
    with acting_viewer(address) as viewer:
        viewer.must("checklist.manage")
        services.write_standard_list()
        session.commit()
