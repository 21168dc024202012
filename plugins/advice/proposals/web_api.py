"""Computed advice in the web API."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask.views import MethodView

from plugins.advice.advisors.findings import KINDS, ORDER
from plugins.advice.advisors.order import MOST_LINES
from plugins.advice.models import ACCEPTED, DECLINED, DONE, LAPSED, OPEN, Proposal
from plugins.advice.proposals import queries as proposal_queries
from plugins.advice.proposals import services as proposal_services
from plugins.advice.proposals.services import AS_DRAWN, EXCHANGE, MARKDOWN, TAKE_OFF, TRANSFER
from plugins.advice.proposals.wording import words_of
from plugins.trade.api import MOST_UNITS
from portal.api import (
    ApiBlueprint,
    PageArguments,
    RuleBroken,
    api_fields,
    clock,
    current_viewer,
    page_of,
    requires,
    writes,
)

blueprint = ApiBlueprint(
    "advice_proposals",
    "computed advice",
    url_prefix="/advice/proposals",
    description="What a store's own figures advise, and what the store made of it.",
)
STATES = (OPEN, ACCEPTED, DONE, DECLINED, LAPSED)
WAYS = (EXCHANGE, MARKDOWN, TRANSFER, TAKE_OFF, AS_DRAWN)


class ProposalQuery(PageArguments):
    """What the list is narrowed to."""

    kind = api_fields.Choice(("", *KINDS), load_default="")
    state = api_fields.Choice(("", *STATES), load_default="")


class ProposalSchema(ma.Schema):
    """A piece of computed advice; its evidence only where it stands alone."""

    id = api_fields.Identity(required=True)
    store = ma.fields.String(required=True, metadata={"description": "its number"})
    kind = api_fields.Choice(KINDS, required=True)
    state = api_fields.Choice(STATES, required=True)
    title = ma.fields.String(required=True)
    reason = ma.fields.String(required=True, metadata={"description": "why it is advised"})
    gain = api_fields.Amount(0, 10**12, required=True, allow_none=True, metadata={"description": "yuan a month"})
    risk = api_fields.Amount(0, 10**12, required=True, allow_none=True, metadata={"description": "yuan to be lost"})
    due_on = ma.fields.Date(required=True, allow_none=True)
    advised_at = ma.fields.AwareDateTime(required=True)
    computed_at = ma.fields.AwareDateTime(required=True)
    answered_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    choice = ma.fields.String(required=True, metadata={"description": "the way the store took, or order:<number>"})
    declined_because = ma.fields.String(required=True)
    done_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    ways = ma.fields.List(api_fields.Choice(WAYS), metadata={"description": "to choose from; of one piece only"})
    evidence = ma.fields.Dict(metadata={"description": "the numbers it rests on; of one piece only"})


class OrderedSchema(ma.Schema):
    """Units of a product that the advice names."""

    product = api_fields.Identity(required=True, metadata={"description": "its id, as in the evidence"})
    units = api_fields.Whole(0, MOST_UNITS, required=True)


class DecisionSchema(ma.Schema):
    """What the store decides: `accepted` with a way, or for an order with its units; `declined` with a reason; `done`; `open` again."""

    state = api_fields.Choice((ACCEPTED, DECLINED, DONE, OPEN), required=True)
    way = api_fields.Choice(("", *WAYS), load_default="")
    order = ma.fields.List(
        ma.fields.Nested(OrderedSchema), load_default=None, allow_none=True, validate=ma.validate.Length(max=MOST_LINES)
    )
    note = api_fields.Text(500, load_default="")
    reason = api_fields.Text(500, load_default="")


@blueprint.route("")
class Proposals(MethodView):
    """The list."""

    @requires("advice.see")
    @blueprint.arguments(ProposalQuery, location="query")
    @blueprint.response(200, page_of(ProposalSchema))
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Computed advice, the latest first; of a store its own."""
        page = proposal_queries.page_of_proposals(query["state"], query["kind"], query["cursor"], query["limit"])
        return {"items": [_as_json(proposal) for proposal in page], "next": page.next, "previous": page.previous}


@blueprint.route("/<int:proposal_id>")
class OneProposal(MethodView):
    """One piece of computed advice."""

    @requires("advice.see")
    @writes
    @blueprint.response(200, ProposalSchema)
    def get(self, proposal_id: int) -> dict[str, Any]:
        """The advice with its evidence; a store that asks for it has seen it."""
        proposal = proposal_queries.visible(proposal_id)
        if current_viewer().is_store_side:
            proposal_services.mark_seen(proposal)
        return _whole(proposal)

    @requires("advice.answer")
    @blueprint.arguments(DecisionSchema)
    @blueprint.response(200, ProposalSchema)
    def patch(self, values: dict[str, Any], proposal_id: int) -> dict[str, Any]:
        """Decide on it; without `order` an order list is sent as it was advised."""
        viewer, proposal = current_viewer(), proposal_queries.visible(proposal_id, to_answer=True)
        if values["state"] == OPEN:
            proposal_services.reopen(proposal)
        elif values["state"] == DECLINED:
            proposal_services.decline(proposal, values["reason"], by=viewer)
        elif values["state"] == DONE:
            proposal_services.mark_done(proposal, None, by=viewer)
        elif proposal.kind == ORDER:
            proposal_services.accept_order(proposal, _units(values["order"], proposal), values["note"], by=viewer)
        else:
            proposal_services.accept(proposal, values["way"], by=viewer)
        return _whole(proposal)


def _units(order: list[dict[str, Any]] | None, proposal: Proposal) -> dict[int, int]:
    if order is None:
        return {line["product"]: line["units"] for line in proposal.evidence["lines"]}
    units = {line["product"]: line["units"] for line in order}
    if len(units) < len(order):
        raise RuleBroken("order", "name each product once")
    return units


def _whole(proposal: Proposal) -> dict[str, Any]:
    ways = proposal_services.ways_of(proposal, clock.today(current_viewer().distributor.timezone))
    return _as_json(proposal) | {"ways": ways, "evidence": proposal.evidence}


def _as_json(proposal: Proposal) -> dict[str, Any]:
    names = (
        *("id", "kind", "state", "gain", "risk", "due_on", "advised_at", "computed_at", "answered_at"),
        *("choice", "done_at"),
    )
    words = words_of(proposal)
    return {name: getattr(proposal, name) for name in names} | {
        "store": proposal.store.number,
        "title": words.title,
        "reason": words.body,
        "declined_because": proposal.reason,
    }
