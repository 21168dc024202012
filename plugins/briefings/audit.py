"""What the audit log calls what happens here."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.api import AuditTitle

AUDIT_TITLES = (
    AuditTitle("briefings_briefing", _l("Briefing")),
    AuditTitle("briefings_edition", _l("Edition of a briefing")),
    AuditTitle("briefings.composed", _l("began a briefing")),
    AuditTitle("briefings.changed", _l("changed a briefing")),
    AuditTitle("briefings.issued", _l("issued a briefing")),
    AuditTitle("briefings.withdrawn", _l("withdrew a briefing")),
    AuditTitle("briefings.rendered_again", _l("had editions made again")),
    AuditTitle("briefings.downloaded", _l("downloaded an edition")),
    AuditTitle("briefings.details.editions", _l("Editions")),
    AuditTitle("briefings.details.sections", _l("Sections")),
)
