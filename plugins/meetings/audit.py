"""What the audit log calls what happens here."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.api import AuditTitle

AUDIT_TITLES = (
    AuditTitle("meetings_meeting", _l("Meeting")),
    AuditTitle("meetings.booked", _l("booked a meeting")),
    AuditTitle("meetings.cancelled", _l("cancelled a meeting")),
    AuditTitle("meetings.availability_set", _l("set the hours for meetings")),
    AuditTitle("meetings.details.windows", _l("Times in a week")),
)
