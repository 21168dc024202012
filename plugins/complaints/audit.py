"""What the audit log calls what happens here."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from plugins.complaints.titles import SEVERITY_TITLES, STATE_TITLES
from portal.api import AuditTitle

AUDIT_TITLES = (
    AuditTitle("complaints_complaint", _l("Complaint")),
    AuditTitle("complaints.filed", _l("filed a complaint")),
    AuditTitle("complaints.photos_added", _l("added photos to a complaint")),
    AuditTitle("complaints.message_added", _l("wrote in a complaint")),
    AuditTitle("complaints.note_added", _l("wrote an internal note")),
    AuditTitle("complaints.assigned", _l("gave a complaint to somebody")),
    AuditTitle("complaints.severity_changed", _l("changed how serious a complaint is")),
    AuditTitle("complaints.answer_missed", _l("noted that the first answer is late")),
    AuditTitle("complaints.acknowledged", _l("acknowledged a complaint")),
    AuditTitle("complaints.answered", _l("answered a complaint")),
    AuditTitle("complaints.remedied", _l("offered a remedy")),
    AuditTitle("complaints.refused", _l("refused a complaint")),
    AuditTitle("complaints.confirmed", _l("confirmed that a complaint is settled")),
    AuditTitle("complaints.closed", _l("closed a complaint")),
    AuditTitle("complaints.reopened", _l("reopened a complaint")),
    AuditTitle("complaints.details.owner", _l("Given to, no.")),
    AuditTitle("complaints.details.severity", _l("Severity")),
    *(AuditTitle(f"complaints.details.state.{state}", title) for state, title in STATE_TITLES.items()),
    *(AuditTitle(f"complaints.details.severity.{key}", title) for key, title in SEVERITY_TITLES.items()),
)
