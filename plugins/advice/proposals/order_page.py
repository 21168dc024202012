"""The lines of an order list as its page shows them: said once here, as a page has sixty of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flask_babel import gettext as _

from plugins.advice.proposals.forms import OrderForm
from portal.api import money, number


class OrderRow(NamedTuple):
    """One product: what is known of it, the packs in its field, and what they cost as advised ("" unknown).

    label: of its field. wrong: what was wrong with what was typed, "" nothing.
    """

    product: int
    name: str
    said: str
    label: str
    packs: str
    size: str
    total: str
    units: str
    wrong: str


def order_rows(lines: Sequence[Mapping[str, Any]], form: OrderForm) -> list[OrderRow]:
    """The rows of the lines, in their order; each text is looked up once for all of them."""
    known = _("%(stock)s on hand · %(days)s days · %(rate)s a day")
    coming, own = " · " + _("%(units)s on the way"), " · " + _("our own brand")
    label, size = _("%(product)s, packs"), _("× %(size)s")
    rows = []
    for line in lines:
        on_hand, cover, daily = number(line["on_hand"]), number(line["cover"], 1), number(line["daily"], 1)
        said = known % {"stock": on_hand, "days": cover, "rate": daily}
        if line["on_order"]:
            said += coming % {"units": number(line["on_order"])}
        rows.append(
            OrderRow(
                product=line["product"],
                name=line["name"],
                said=said + own if line["own"] else said,
                label=label % {"product": line["name"]},
                packs=form.packs_of(line),
                size=size % {"size": line["pack"]},
                total=money(line["total"], cents=True) if "total" in line else "",
                units=number(line["units"]),
                wrong=form.wrong.get(line["product"], ""),
            )
        )
    return rows
