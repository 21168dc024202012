"""What the page of a piece of computed advice shows, gathered for its template."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask import render_template

from plugins.advice.advisors.findings import LAYOUT, NEAR_EXPIRY, ORDER, PLANOGRAM, QUIET_DAYS
from plugins.advice.layout.pages import proposal_values as layout_values
from plugins.advice.library.forms import ReasonForm
from plugins.advice.measuring import queries as measurement_queries
from plugins.advice.models import ACCEPTED, DONE, OPEN, Measurement, Proposal
from plugins.advice.planogram.pages import planogram_values
from plugins.advice.proposals import queries as proposal_queries
from plugins.advice.proposals import services as proposal_services
from plugins.advice.proposals.forms import BeforeForm, DoneForm, OrderForm, WayForm
from plugins.advice.proposals.order_page import order_rows
from plugins.advice.proposals.transfer import Candidate, candidates
from plugins.advice.proposals.wording import (
    KIND_ICONS,
    KIND_TITLES,
    STATE_CHIPS,
    STATE_TITLES,
    VERDICT_CHIPS,
    VERDICT_TITLES,
    WAY_ICONS,
    WAY_TITLES,
    readable,
    said_of,
    words_of,
)
from portal.api import clock, current_viewer


def proposal_page(proposal: Proposal, **forms: Any) -> str:
    """The page, with the forms that were sent and refused by their names: order, way, reason, done, before."""
    ways = proposal_services.ways_of(proposal, todays_date())
    values: dict[str, Any] = {
        "proposal": proposal,
        "evidence": readable(proposal.evidence),
        "words": words_of(proposal),
        "target": proposal_queries.target_of(proposal.store_id) if proposal.kind == ORDER else None,
        "neutral": proposal_services.neutral_worth(proposal),
        "ways": ways,
        "quiet_days": QUIET_DAYS[proposal.kind],
        "measured": _measured(proposal),
        "verdicts": VERDICT_TITLES,
        "verdict_chips": VERDICT_CHIPS,
        "kinds": KIND_TITLES,
        "icons": KIND_ICONS,
        "states": STATE_TITLES,
        "chips": STATE_CHIPS,
        "way_titles": WAY_TITLES,
        "reason_form": forms.get("reason") or (ReasonForm() if proposal.state == OPEN else None),
        "done_form": forms.get("done") or (DoneForm() if proposal.state == ACCEPTED else None),
    }
    if proposal.kind == ORDER:
        form = values["form"] = forms.get("order") or OrderForm(proposal)
        values["total"] = _cost_of(values["evidence"]["lines"])
        values["rows"] = order_rows(values["evidence"]["lines"], form)
        return render_template("advice/order.html", **values)
    if proposal.kind == PLANOGRAM:
        values |= planogram_values(proposal.evidence)
        values["before_form"] = forms.get("before") or BeforeForm()
        return render_template("advice/planogram.html", **values)
    if proposal.kind == LAYOUT:
        values |= layout_values(proposal.evidence)
        values["before_form"] = forms.get("before") or BeforeForm()
        return render_template("advice/layout/proposal.html", **values)
    values["form"] = forms.get("way") or WayForm(ways)
    values["candidates"] = _candidates(proposal)
    return render_template("advice/proposal.html", way_icons=WAY_ICONS, **values)


def _candidates(proposal: Proposal) -> Sequence[Candidate] | None:
    """Who could take the goods over, for our people while that is still to be settled; None where it is not asked."""
    asked = proposal.kind == NEAR_EXPIRY and proposal.state in (OPEN, ACCEPTED) and not proposal.evidence["ended"]
    return candidates(proposal, todays_date()) if asked and not current_viewer().is_store_side else None


def _measured(proposal: Proposal) -> list[tuple[Measurement, str]]:
    """What was measured of it, and how that is said; nothing is measured before it is done."""
    if proposal.state != DONE:
        return []
    return [(found, said_of(found)) for found in measurement_queries.of_proposal(proposal.id)]


def todays_date() -> date:
    """Of the acting distributor."""
    return clock.today(current_viewer().distributor.timezone)


def _cost_of(lines: list[dict[str, Any]]) -> Decimal | None:
    """What the advised order costs; None where a cost is not known."""
    costs: list[Decimal] = [line["total"] for line in lines if "total" in line]
    return sum(costs, Decimal(0)) if len(costs) == len(lines) else None
