"""What the audit log calls what happens here."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.api import AuditTitle

AUDIT_TITLES = (
    AuditTitle("events_event", _l("Event")),
    AuditTitle("events_registration", _l("Sign-up")),
    AuditTitle("events_invitation", _l("Invitation to an event")),
    AuditTitle("events.planned", _l("planned an event")),
    AuditTitle("events.changed", _l("changed an event")),
    AuditTitle("events.published", _l("published an event")),
    AuditTitle("events.closed", _l("ended the sign-up of an event")),
    AuditTitle("events.cancelled", _l("called an event off")),
    AuditTitle("events.signed_up", _l("signed up for an event")),
    AuditTitle("events.attendees_changed", _l("changed who comes to an event")),
    AuditTitle("events.registration_cancelled", _l("cancelled a sign-up")),
    AuditTitle("events.declined", _l("declined an invitation to an event")),
    AuditTitle("events.moved_up", _l("gave a seat to a store that waited")),
    AuditTitle("events.details.moved", _l("Another time or place")),
    AuditTitle("events.details.seats", _l("Seats")),
    AuditTitle("events.details.state.confirmed", _l("Confirmed")),
    AuditTitle("events.details.state.waiting", _l("On the waiting list")),
)
