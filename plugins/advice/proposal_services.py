"""What a store answers to computed advice, and what it does about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from plugins.advice.advisors.findings import NEAR_EXPIRY, ORDER
from plugins.advice.models import ACCEPTED, DECLINED, DONE, OPEN, Proposal
from plugins.trade.api import Wanted, request_order, who_delivers
from portal.api import Conflict, RuleBroken, StoredFile, Viewer, clock, notify, record, session, signal

proposal_answered = signal("advice.proposal_answered")
EXCHANGE, MARKDOWN, TRANSFER = "exchange", "markdown", "transfer"
WAYS = {NEAR_EXPIRY: (EXCHANGE, MARKDOWN, TRANSFER)}
WAYS_OF_STOCK = (EXCHANGE, MARKDOWN)
ASKS_US = frozenset({EXCHANGE, TRANSFER})


def ways_of(proposal: Proposal) -> tuple[str, ...]:
    """The ways that a store can choose from; an exchange only as long as it is possible. None for an order."""
    if proposal.kind == ORDER:
        return ()
    ways = WAYS.get(proposal.kind, WAYS_OF_STOCK)
    closed = proposal.kind == NEAR_EXPIRY and not proposal.evidence.get("exchange_by")
    return tuple(way for way in ways if not (way == EXCHANGE and closed))


def mark_seen(proposal: Proposal) -> None:
    """The store has opened it."""
    if proposal.seen_at is None:
        proposal.seen_at = clock.now()


def accept_order(proposal: Proposal, units: Mapping[int, int], note: str, *, by: Viewer) -> int:
    """Send the order with these units by product, as the store changed them; the number of the order.

    Raises RuleBroken for products that the advice does not name, and where nothing is left to order.
    """
    _still_open(proposal)
    advised = {line["product"]: line["units"] for line in proposal.evidence["lines"]}
    if units.keys() - advised.keys():
        raise RuleBroken("", _("The order holds a product that the advice does not name."))
    wanted = [Wanted(product, count, advised[product]) for product, count in units.items() if count]
    order = request_order(proposal.store_id, wanted, note=note, by=by)
    _answer(proposal, ACCEPTED, by, choice=f"order:{order.id}", lines=len(wanted))
    return order.id


def accept(proposal: Proposal, way: str, *, by: Viewer) -> None:
    """The store takes one of the ways; what needs us reaches its rep."""
    _still_open(proposal)
    if way not in ways_of(proposal):
        raise RuleBroken("way", _("Please choose what to do."))
    _answer(proposal, ACCEPTED, by, choice=way)
    if way in ASKS_US:
        title = _l("Exchange asked for") if way == EXCHANGE else _l("Transfer to another store asked for")
        notify(
            "advice.help_wanted",
            to=who_delivers(proposal.store_id),
            title=title,
            body=subject_name(proposal),
            url=f"/advice/proposals/{proposal.id}",
        )


def decline(proposal: Proposal, reason: str, *, by: Viewer) -> None:
    """The store does not do it, and says why: it is not told the same again for four weeks."""
    _still_open(proposal)
    if not reason.strip():
        raise RuleBroken("reason", _("Please say why, in a few words."))
    proposal.reason = reason.strip()[:500]
    _answer(proposal, DECLINED, by)


def mark_done(proposal: Proposal, proof: StoredFile | None, *, by: Viewer) -> None:
    """The store did what it had accepted, with a photo where it has one."""
    if proposal.state != ACCEPTED:
        raise Conflict(_("Only advice that was accepted can be done."))
    if proof is not None:
        session.flush()
        proposal.proof_id = proof.id
    proposal.state, proposal.done_at = DONE, clock.now()
    record("advice.proposal_done", proposal, proof=proof is not None)
    proposal_answered.send(None, proposal_id=proposal.id)


def neutral_worth(proposal: Proposal) -> Decimal | None:
    """What the same advice is worth without the distributor's own brands; None where they have no part in it."""
    neutral = proposal.evidence.get("neutral")
    lines: Sequence[Mapping[str, Any]] = proposal.evidence.get("lines", ())
    if neutral is None or neutral["lines"] == len(lines):
        return None
    return Decimal(str(neutral["risk"]))


def subject_name(proposal: Proposal) -> str:
    """The product that it is about, or the first of them."""
    return str(proposal.summary["name"])


def _answer(proposal: Proposal, state: str, by: Viewer, *, choice: str = "", **details: Any) -> None:
    proposal.state, proposal.choice = state, choice
    proposal.answered_at, proposal.answered_by_id = clock.now(), by.person.id
    record(f"advice.proposal_{state}", proposal, kind=proposal.kind, choice=choice, **details)
    proposal_answered.send(None, proposal_id=proposal.id)


def _still_open(proposal: Proposal) -> None:
    if proposal.state != OPEN:
        raise Conflict(_("This advice has been answered, or does not hold any more."))
