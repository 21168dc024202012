"""What the audit log calls what happens here."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.api import AuditTitle

AUDIT_TITLES = (
    AuditTitle("trade_upload", _l("Upload")),
    AuditTitle("trade.taken_in", _l("took in figures")),
)
