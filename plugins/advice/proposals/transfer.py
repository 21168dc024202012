"""Stores of the same distributor that could sell what another store has too much of before it ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import select

from plugins.advice.methods.forecast import daily_rates
from plugins.advice.models import Proposal
from plugins.trade.api import UNKNOWN, panel
from portal.api import Store, session

MOST_LOOKED_AT = 150  # stores of the region
MOST_SHOWN = 5
HISTORY_DAYS = 182
ON_THE_WAY_DAYS = 2  # until the goods stand in the other store


@dataclass(frozen=True, slots=True)
class Candidate:
    """A store with what it sells a day, has on hand, and could take: what it sells until the date beyond its own stock."""

    store: Store
    daily: float
    on_hand: int
    room: int


def candidates(proposal: Proposal, today: date) -> Sequence[Candidate]:
    """The stores of the same region that could take most of what will be left, for our people: no store learns of another.

    A store whose stock is not known is left out, as nobody knows what it could take.
    """
    ends = date.fromisoformat(proposal.evidence["expires_on"])
    days = (ends - today).days - ON_THE_WAY_DAYS
    if days < 1:
        return []
    own = session.get_one(Store, proposal.store_id)
    near = select(Store).where(Store.active.is_(True), Store.region == own.region, Store.id != own.id)
    stores = {store.id: store for store in session.scalars(near.order_by(Store.id).limit(MOST_LOOKED_AT))}
    return _with_room(stores, int(proposal.evidence["product"]), days, today)


def _with_room(stores: dict[int, Store], product_id: int, days: int, today: date) -> list[Candidate]:
    sold = panel(sorted(stores), today=today, days=HISTORY_DAYS)
    lines = np.flatnonzero((sold.product_ids == product_id) & (sold.on_hand != UNKNOWN))
    if not len(lines):
        return []
    store_of_line = sold.store_of_line[lines]
    known = np.arange(HISTORY_DAYS) >= HISTORY_DAYS - sold.known_days[store_of_line][:, None]
    rates = daily_rates(np.maximum(sold.units[lines], 0), known)
    rooms = np.floor(rates * days - sold.on_hand[lines]).astype(int)
    found = [
        Candidate(
            stores[int(sold.store_ids[sold.store_of_line[line]])], float(rate), int(sold.on_hand[line]), int(room)
        )
        for line, rate, room in zip(lines, rates, rooms, strict=True)
        if room >= 1
    ]
    return sorted(found, key=lambda candidate: (-candidate.room, candidate.store.number))[:MOST_SHOWN]
