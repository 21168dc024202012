"""What a store answers to computed advice, and what it does about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from plugins.advice.advisors.findings import DEAD_STOCK, LAYOUT, NEAR_EXPIRY, ORDER, OVERSTOCK, PLANOGRAM
from plugins.advice.layout.services import stands_as_advised
from plugins.advice.models import ACCEPTED, DECLINED, DONE, LAPSED, OPEN, Proposal
from plugins.advice.planogram.services import stands_as_drawn
from plugins.advice.proposals import queries
from plugins.trade.api import CANCELLED, DELIVERED, REFUSED, Wanted, order_state, request_order, who_delivers
from portal.api import Conflict, RuleBroken, StoredFile, Viewer, clock, notify, record, session, signal

proposal_answered = signal("advice.proposal_answered")
EXCHANGE, MARKDOWN, TRANSFER, TAKE_OFF, AS_DRAWN = "exchange", "markdown", "transfer", "take_off", "as_drawn"
WAYS = {
    ORDER: (),
    NEAR_EXPIRY: (EXCHANGE, MARKDOWN, TRANSFER),
    DEAD_STOCK: (EXCHANGE, MARKDOWN),
    OVERSTOCK: (EXCHANGE, MARKDOWN),
    PLANOGRAM: (AS_DRAWN,),
    LAYOUT: (AS_DRAWN,),
}
ASKS_US = frozenset({EXCHANGE, TRANSFER})


def ways_of(proposal: Proposal, today: date) -> tuple[str, ...]:
    """The ways that a store can choose from; an exchange only as long as it is possible. None for an order.

    What has ended can only be taken off the shelf.
    """
    ends, exchange_by = (proposal.evidence.get(name) for name in ("expires_on", "exchange_by"))
    if ends and date.fromisoformat(ends) < today:
        return (TAKE_OFF,)
    closed = proposal.kind == NEAR_EXPIRY and (not exchange_by or date.fromisoformat(exchange_by) < today)
    return tuple(way for way in WAYS[proposal.kind] if not (way == EXCHANGE and closed))


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
    if way not in ways_of(proposal, clock.today(by.distributor.timezone)):
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
    """The store does not do it, and says why: it is not told the same again for a while (QUIET_DAYS)."""
    _still_open(proposal)
    if not reason.strip():
        raise RuleBroken("reason", _("Please say why, in a few words."))
    proposal.reason = reason.strip()[:500]
    _answer(proposal, DECLINED, by)


def reopen(proposal: Proposal) -> None:
    """The store thinks again of what it declined; Conflict where the same was advised anew since then."""
    if proposal.state != DECLINED:
        raise Conflict(_("Only advice that was declined can be put back."))
    if queries.open_like(proposal) is not None:
        raise Conflict(_("The same was advised anew; please look at that."))
    proposal.state, proposal.reason, proposal.answered_at, proposal.answered_by_id = OPEN, "", None, None
    record("advice.proposal_reopened", proposal)
    proposal_answered.send(None, proposal_id=proposal.id)


def add_photo_before(proposal: Proposal, photo: StoredFile) -> None:
    """How it was before anything was done; a later photo takes the place of an earlier one."""
    if proposal.state not in {OPEN, ACCEPTED}:
        raise Conflict(_("A photo of before belongs to advice that is not done yet."))
    session.flush()
    proposal.before_id = photo.id
    record("advice.proposal_photo_before", proposal)


def mark_done(proposal: Proposal, proof: StoredFile | None, *, by: Viewer | None = None) -> None:
    """The store did what it had accepted, with a photo where it has one; shelves and goods then stand as they were drawn."""
    if proposal.state != ACCEPTED:
        raise Conflict(_("Only advice that was accepted can be done."))
    if proof is not None:
        session.flush()
        proposal.proof_id = proof.id
    proposal.state, proposal.done_at = DONE, clock.now()
    if proposal.kind == PLANOGRAM and by is not None:
        stands_as_drawn(proposal.store_id, proposal.evidence, by=by)
    if proposal.kind == LAYOUT and by is not None:
        stands_as_advised(proposal.store_id, proposal.evidence, by=by)
    record("advice.proposal_done", proposal, proof=proof is not None)
    proposal_answered.send(None, proposal_id=proposal.id)


def follow_order(order_id: int) -> None:
    """An order that came from advice: when it is delivered the advice is done; when it comes to nothing, it may be given again."""
    proposal = queries.of_order(order_id)
    if proposal is None or proposal.state != ACCEPTED:
        return
    state = order_state(order_id)
    if state == DELIVERED:
        mark_done(proposal, None)
    elif state in {REFUSED, CANCELLED}:
        proposal.state = LAPSED
        record("advice.proposal_lapsed", proposal, order=order_id)


def neutral_worth(proposal: Proposal) -> Decimal | None:
    """What the same advice is worth without the distributor's own brands; None where they have no part in it."""
    neutral = proposal.evidence.get("neutral")
    lines: Sequence[Mapping[str, Any]] = proposal.evidence.get("lines", ())
    if proposal.risk is None or neutral is None or neutral["lines"] == len(lines):
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
