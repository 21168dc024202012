"""From the figures of many stores to the advice that waits for each of them: read, compute, write.

A hundred stores at a time: their figures are read without SQLite's write lock, the advisors go over all of their products
at once, and what they found is written in one short transaction. What a store has answered stays as it is; what its figures
do not say any more lapses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any

import numpy as np

from plugins.advice.advisors import expiry, order, stock
from plugins.advice.advisors.findings import NIGHTLY, QUIET_DAYS, Finding, Policy
from plugins.advice.methods.demand import FEWEST_DAYS, Demand, demand_of
from plugins.advice.methods.replenishment import UNSET_FACTOR, WEEKS, set_targets
from plugins.advice.models import LAPSED, OPEN, Proposal, StoreTarget
from plugins.advice.proposals import queries
from plugins.trade.api import BatchLine, Catalogue, Panel, batches, catalogue, panel
from portal.api import Distributor, checkpoint, clock, current_scope, reading_only, record, session, the_host

CHUNK = 100
TARGET_DAYS = 14  # a store's target is set anew so often, each store on a day of its own


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run of a chunk of stores rests on."""

    today: date
    policy: Policy
    products: Catalogue
    panel: Panel
    batches: Sequence[BatchLine]
    factors: dict[int, float]
    due: frozenset[int]  # stores whose target is to be set


@dataclass(frozen=True, slots=True)
class Computed:
    """Findings for the stores of a chunk, and the targets that were set: factor and fill by store."""

    findings: tuple[Finding, ...]
    targets: dict[int, tuple[float, float]]


def compute(store_ids: Sequence[int]) -> int:
    """Bring the advice of these stores up to date with their figures; how many pieces are open now."""
    asked = sorted(set(store_ids))
    figures = read(asked)
    computed = work_out(figures)
    return write(asked, computed, figures.today)


def read(store_ids: Sequence[int]) -> Figures:
    """The figures of the stores."""
    with reading_only():
        distributor = session.get_one(Distributor, current_scope().distributor_id)
        today = clock.today(distributor.timezone)
        policy = policy_of_distributor()
        rows = queries.targets(store_ids)
        set_on = {row.store_id: row.set_on for row in rows}
        return Figures(
            today=today,
            policy=policy,
            products=catalogue(),
            panel=panel(store_ids, today=today),
            batches=tuple(batches(store_ids, last=today + timedelta(days=expiry.HORIZON_DAYS))),
            factors={row.store_id: row.factor for row in rows},
            due=frozenset(store for store in store_ids if _is_due(store, set_on.get(store), today)),
        )


def _is_due(store_id: int, set_on: date | None, today: date) -> bool:
    """Each day a share of the stores, by their ids, and each that has waited for longer."""
    if set_on is None:
        return True
    waited = (today - set_on).days
    return waited >= TARGET_DAYS or (waited > 0 and (today.toordinal() - store_id) % TARGET_DAYS == 0)


def policy_of_distributor() -> Policy:
    """How the acting distributor supplies, from the settings of advice."""
    settings = the_host().settings_of("advice")
    return Policy(
        review_days=settings["review_days"],
        lead_days=settings["lead_days"],
        exchange_days=settings["exchange_days"],
        fill_rate=settings["fill_percent"] / 100,
    )


def work_out(figures: Figures) -> Computed:
    """All advice of a chunk; touches no database."""
    shops, products = figures.panel, figures.products
    if not len(shops):
        return Computed((), {})
    demand = demand_of(shops.units, shops.begins)
    targets = _targets(figures, demand)
    factor = np.asarray(
        [targets.get(store, (figures.factors.get(store, UNSET_FACTOR),))[0] for store in shops.store_ids.tolist()]
    )
    found = chain(
        order.advise(shops, products, demand, factor, figures.today, figures.policy),
        expiry.advise(shops, products, demand, figures.batches, figures.today, figures.policy),
        stock.advise(shops, products, demand),
    )
    return Computed(tuple(found), targets)


def _targets(figures: Figures, demand: Demand) -> dict[int, tuple[float, float]]:
    """The targets of those stores of the panel whose turn it is."""
    shops, policy = figures.panel, figures.policy
    turn = [
        place
        for place, store in enumerate(shops.store_ids.tolist())
        if store in figures.due and shops.known_days[place] >= WEEKS * 7 + FEWEST_DAYS
    ]
    if not turn:
        return {}
    chosen = np.concatenate([np.arange(shops.begins[place], shops.begins[place + 1]) for place in turn])
    counts = [int(shops.begins[place + 1] - shops.begins[place]) for place in turn]
    places = figures.products.places(shops.product_ids[chosen])
    price, cost = figures.products.price[places], figures.products.cost[places]
    target = set_targets(
        shops.units[chosen],
        demand.of(chosen),
        np.where(price > cost, price - cost, np.nan),
        cost,
        figures.products.pack_size[places],
        np.concatenate([[0], np.cumsum(counts)]),
        review_days=policy.review_days,
        lead_days=policy.lead_days,
        fill_rate=policy.fill_rate,
    )
    stores = shops.store_ids[turn].tolist()
    return dict(zip(stores, zip(target.factor.tolist(), target.fill.tolist(), strict=True), strict=True))


def write(store_ids: Sequence[int], computed: Computed, today: date, kinds: Sequence[str] = NIGHTLY) -> int:
    """Keep what was found: new advice is added, open advice gets its new numbers, what was not found again lapses.

    kinds: of which advice was computed; what is open of others stays as it is.
    """
    checkpoint()  # the computation is over: from here on others wait until this is written
    now = clock.now()
    _write_targets(computed.targets, today)
    known = {(p.store_id, p.kind, p.subject): p for p in queries.open_of_stores(store_ids, kinds)}
    quiet = {
        key
        for key, answered_at in queries.declined_since(store_ids, now - timedelta(days=max(QUIET_DAYS.values())))
        if answered_at > now - timedelta(days=QUIET_DAYS[key[1]])
    }
    added = 0
    for finding in computed.findings:
        key = (finding.store_id, finding.kind, finding.subject)
        proposal = known.pop(key, None)
        if proposal is None:
            if key in quiet:
                continue
            proposal = Proposal(
                store_id=finding.store_id, kind=finding.kind, subject=finding.subject, state=OPEN, advised_at=now
            )
            session.add(proposal)
            added += 1
        _take_over(proposal, finding, now)
    for gone in known.values():
        gone.state, gone.computed_at = LAPSED, now
    session.flush()
    if added or known:
        record("advice.computed", stores=len(store_ids), advised=added, lapsed=len(known))
    return len(computed.findings)


def _take_over(proposal: Proposal, finding: Finding, now: datetime) -> None:
    proposal.gain, proposal.risk, proposal.due_on = finding.gain, finding.risk, finding.due_on
    proposal.summary, proposal.evidence, proposal.computed_at = finding.summary, finding.evidence, now


def _write_targets(targets: dict[int, tuple[float, float]], today: date) -> None:
    rows: dict[int, Any] = {row.store_id: row for row in queries.target_rows(tuple(targets))}
    for store_id, (factor, fill) in targets.items():
        row = rows.get(store_id)
        if row is None:
            row = StoreTarget(store_id=store_id)
            session.add(row)
        row.factor, row.fill, row.set_on = factor, None if np.isnan(fill) else fill, today
