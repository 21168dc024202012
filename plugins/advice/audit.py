"""What the audit log calls what happens here."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from plugins.advice.wording import KIND_TITLES, WAY_TITLES
from portal.api import AuditTitle

AUDIT_TITLES = (
    AuditTitle("advice_note", _l("Advice")),
    AuditTitle("advice_recipient", _l("A store's copy of an advice")),
    AuditTitle("advice_proposal", _l("Computed advice")),
    AuditTitle("advice.computed", _l("computed advice for stores")),
    AuditTitle("advice.proposal_accepted", _l("accepted computed advice")),
    AuditTitle("advice.proposal_declined", _l("declined computed advice")),
    AuditTitle("advice.proposal_reopened", _l("put computed advice back on the list")),
    AuditTitle("advice.proposal_lapsed", _l("let computed advice go, as its order came to nothing")),
    AuditTitle("advice.proposal_done", _l("did what was computed")),
    AuditTitle("advice.measured", _l("measured what advice has changed")),
    AuditTitle("advice.written", _l("wrote an advice")),
    AuditTitle("advice.changed", _l("changed an advice")),
    AuditTitle("advice.picture_removed", _l("removed a picture of an advice")),
    AuditTitle("advice.review_asked", _l("asked for a review of an advice")),
    AuditTitle("advice.sent_back", _l("asked for changes of an advice")),
    AuditTitle("advice.published", _l("published an advice")),
    AuditTitle("advice.withdrawn", _l("withdrew an advice")),
    AuditTitle("advice.done", _l("did what was advised")),
    AuditTitle("advice.declined", _l("declined an advice")),
    AuditTitle("advice.open", _l("opened an advice again")),
    AuditTitle("advice.rated", _l("said whether an advice helped")),
    AuditTitle("advice.details.advised", _l("Advice added")),
    AuditTitle("advice.details.choice", _l("Chosen way")),
    AuditTitle("advice.details.choice.order", _l("Order")),
    AuditTitle("advice.details.lapsed", _l("No longer holds")),
    AuditTitle("advice.details.lines", _l("Lines")),
    AuditTitle("advice.details.order", _l("Order")),
    AuditTitle("advice.details.picture", _l("Picture")),
    AuditTitle("advice.details.pieces", _l("Pieces of advice")),
    AuditTitle("advice.details.proof", _l("With a photo")),
    AuditTitle("advice.details.useful", _l("Useful")),
    AuditTitle("advice.details.version", _l("Version")),
    *(AuditTitle(f"advice.details.kind.{kind}", title) for kind, title in KIND_TITLES.items()),
    *(AuditTitle(f"advice.details.choice.{way}", title) for way, title in WAY_TITLES.items()),
)
