"""Where a form, a body or a question names an object: with each, what is foreign for the role, and what does not exist."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.walk.estate import Estate, Thing
from tests.walk.registry import API_PLAN, PLAN, TEN_DAYS_AGO, TODAY

NO_ID, NO_NUMBER = 2_000_000_000, "no-such-number"
API = "/api/v1"
MONTH = {"title": "Taken", "period_start": TEN_DAYS_AGO, "period_end": TODAY}
GUEST = {"name": "Taken", "email": "taken@guest.example"}
RACK = {"name": "Taken", "width": "90", "shelves": "2", "height": "140"}
FLOOR_PLAN = {
    "width_cm": 800,
    "depth_cm": 900,
    "door": {"x_cm": 0, "y_cm": 900},
    "till": {"x_cm": 700, "y_cm": 800},
    "zones": [],
}
RACK_PLAN = {"name": "Taken", "width_mm": 900, "shelves": [{"height_mm": 150, "clear_mm": 300}]}
SLOT = {"starts_at": "2099-05-04T09:00:00+00:00", "length_minutes": 30, "kind": "advice", "place": "store"}


@dataclass(frozen=True)
class Reference:
    """A request of a role that names a thing of this kind by this value; {ref} stands where it is named.

    Other braces in path and body are values of what is there for the role: {event_id}, {number}, ...
    """

    role: str
    method: str
    path: str
    kind: str  # of the thing that is named
    value: str  # which of its values names it
    body: dict[str, Any] = field(default_factory=dict)
    table: str = ""  # the text of a file that is sent

    def __str__(self) -> str:
        return f"{self.role}: {self.method} {self.path} {self.body or self.table}"

    @property
    def missing(self) -> Any:
        """A value like it that names nothing."""
        return NO_NUMBER if self.value in ("number", "key") else NO_ID

    def foreign(self, estate: Estate) -> list[Thing]:
        """The things of this kind that are not there for the role, one for each place."""
        hidden = [thing for thing in estate.of(self.kind) if self.role not in thing.seen_by]
        return [thing for thing in hidden if thing.label in ("served", "unserved", "foreign")]


def _for_stores(method: str, path: str, body: dict[str, Any], *, page: bool) -> list[Reference]:
    """The same for a manager (a store elsewhere) and for a rep (also a store that it does not serve)."""
    value = "store_id" if page else "number"
    return [Reference(role, method, path, "store", value, body) for role in ("manager", "rep")]


PAGES = [
    *_for_stores("POST", "/complaints/new", {"category": "quality", "text": "x", "store_id": "{ref}"}, page=True),
    *_for_stores("POST", "/meetings/book/{membership_id}", SLOT | {"store_id": "{ref}"}, page=True),
    Reference("manager", "POST", "/events/{event_id}/stores", "store", "store_id", {"store_id": "{ref}", "attendees": "x"}),
    Reference("manager", "POST", "/complaints/{number}/handling", "host", "membership_id", {"owner": "{ref}", "severity": "normal"}),
    Reference("manager", "POST", "/advice/questions/{question_id}/owner", "host", "membership_id", {"owner": "{ref}"}),
    Reference("manager", "POST", "/events/new", "store", "number", PLAN | {"audience_stores": "{ref}"}),
    Reference("expert", "POST", "/advice/new", "store", "number", {"title": "x", "kind": "layout", "audience_stores": "{ref}"}),
    Reference("manager", "POST", "/briefings/new", "store", "number", MONTH | {"kind": "weekly", "audience_stores": "{ref}"}),
    Reference("manager", "GET", "/briefings/{briefing_id}/preview.pdf?store={ref}", "store", "store_id"),
    Reference("manager", "POST", "/stores/new", "host", "membership_id", {"number": "T", "name": "x", "format": "other", "tier": "C", "rep_membership_id": "{ref}"}),
    Reference("rep", "POST", "/stores/contacts/{contact_id}/handover", "contact", "contact_id", {"left_on": TODAY, "successor_id": "{ref}"}),
    Reference("administrator", "POST", "/admin/people/invite", "role", "role_id", GUEST | {"role": "{ref}", "store": "Nmine"}),
    Reference("administrator", "POST", "/admin/people/invite", "store", "number", GUEST | {"role": "{role_id}", "store": "{ref}"}),
    Reference("administrator", "POST", "/admin/people/{membership_id_of_member}", "role", "role_id", {"role": "{ref}", "store": "Nmine"}),
    Reference("administrator", "POST", "/admin/people/{membership_id_of_member}", "store", "number", {"role": "{role_id}", "store": "{ref}"}),
    Reference("administrator", "POST", "/admin/roles/new", "role", "role_id", {"title": "Taken", "like": "{ref}"}),
    Reference("store_manager", "POST", "/colleagues/invite", "role", "role_id", GUEST | {"role": "{ref}"}),
    Reference("manager", "POST", "/trade/fixtures/new", "store", "number", RACK | {"store": "{ref}"}),
    Reference("rep", "POST", "/trade/fixtures/new", "store", "number", RACK | {"store": "{ref}"}),
    Reference("manager", "POST", "/trade/floors/new", "store", "number", {"width": "8", "depth": "9", "store": "{ref}"}),
    Reference("rep", "POST", "/trade/floors/new", "store", "number", {"width": "8", "depth": "9", "store": "{ref}"}),
    Reference("manager", "POST", "/trade/uploads", "store", "number", {"kind": "sales"}, "store,product,date,units\n{ref},hushminewide,2026-01-01,3\n"),
    Reference("rep", "POST", "/trade/uploads", "store", "number", {"kind": "sales"}, "store,product,date,units\n{ref},hushminewide,2026-01-01,3\n"),
]  # fmt: skip

PROGRAMS = [
    *_for_stores("POST", f"{API}/complaints", {"category": "quality", "text": "x", "store": "{ref}"}, page=False),
    *_for_stores("POST", f"{API}/trade/fixtures", RACK_PLAN | {"store": "{ref}"}, page=False),
    *_for_stores("POST", f"{API}/trade/floors", FLOOR_PLAN | {"store": "{ref}"}, page=False),
    *_for_stores("POST", f"{API}/meetings", SLOT | {"with": "{membership_id:int}", "store": "{ref}"}, page=False),
    *_for_stores("GET", f"{API}/briefings/{{briefing_id}}/pdf?store={{ref}}", {}, page=False),
    Reference("store_manager", "POST", f"{API}/meetings", "host", "membership_id", SLOT | {"with": "{ref:int}"}),
    Reference("store_manager", "GET", f"{API}/meetings/slots?with={{ref}}", "host", "membership_id"),
    Reference("store_manager", "GET", f"{API}/briefings/{{briefing_id}}/pdf?store={{ref}}", "store", "number"),
    Reference("manager", "POST", f"{API}/advice/{{note_id}}/comments", "store", "number", {"text": "x", "store": "{ref}"}),
    Reference("store_manager", "GET", f"{API}/advice/assortment?store={{ref}}", "store", "number"),
    Reference("manager", "GET", f"{API}/advice/assortment?store={{ref}}", "store", "number"),
    Reference("manager", "PATCH", f"{API}/complaints/{{number}}", "host", "membership_id", {"owner": "{ref:int}"}),
    Reference("manager", "PATCH", f"{API}/advice/questions/{{question_id}}", "host", "membership_id", {"owner": "{ref:int}"}),
    Reference("manager", "POST", f"{API}/events/{{event_id}}/registrations", "store", "number", {"attendees": [{"name": "x"}], "store": "{ref}"}),
    Reference("manager", "PUT", f"{API}/events/{{event_id}}/registrations", "store", "number", {"attendees": [{"name": "x"}], "store": "{ref}"}),
    Reference("manager", "DELETE", f"{API}/events/{{event_id}}/registrations?store={{ref}}", "store", "number"),
    Reference("manager", "POST", f"{API}/events", "store", "number", API_PLAN | {"audience": {"stores": ["{ref}"]}}),
    Reference("manager", "PUT", f"{API}/events/{{event_id}}", "store", "number", API_PLAN | {"audience": {"stores": ["{ref}"]}}),
    Reference("expert", "POST", f"{API}/advice", "store", "number", {"title": "x", "kind": "layout", "audience": {"stores": ["{ref}"]}}),
    Reference("expert", "PUT", f"{API}/advice/{{note_id}}", "store", "number", {"title": "x", "kind": "layout", "audience": {"stores": ["{ref}"]}}),
    Reference("manager", "POST", f"{API}/briefings", "store", "number", MONTH | {"audience": {"stores": ["{ref}"]}}),
    Reference("manager", "PUT", f"{API}/briefings/{{briefing_id_of_draft}}", "store", "number", MONTH | {"version": 2, "audience": {"stores": ["{ref}"]}}),
    Reference("manager", "POST", f"{API}/stores", "host", "membership_id", {"number": "T", "name": "x", "rep_membership_id": "{ref:int}"}),
    Reference("manager", "PATCH", f"{API}/stores/Nmine", "host", "membership_id", {"rep_membership_id": "{ref:int}"}),
    Reference("rep", "POST", f"{API}/contacts/{{contact_id}}/handover", "contact", "contact_id", {"left_on": TODAY, "successor_id": "{ref:int}"}),
    Reference("administrator", "POST", f"{API}/people/invitations", "role", "key", GUEST | {"role": "{ref}", "store": "Nmine"}),
    Reference("administrator", "POST", f"{API}/people/invitations", "store", "number", GUEST | {"role": "store_staff", "store": "{ref}"}),
    Reference("administrator", "PATCH", f"{API}/people/{{membership_id_of_member}}", "role", "key", {"role": "{ref}"}),
    Reference("administrator", "PATCH", f"{API}/people/{{membership_id_of_member}}", "store", "number", {"store": "{ref}"}),
    Reference("administrator", "POST", f"{API}/roles", "role", "role_id", {"title": "Taken", "like": "{ref:int}"}),
    Reference("store_manager", "POST", f"{API}/colleagues/invitations", "role", "key", GUEST | {"role": "{ref}"}),
    Reference("manager", "POST", f"{API}/trade/imports?kind=sales", "store", "number", {}, "store,product,date,units\n{ref},hushminewide,2026-01-01,3\n"),
    Reference("rep", "POST", f"{API}/trade/imports?kind=sales", "store", "number", {}, "store,product,date,units\n{ref},hushminewide,2026-01-01,3\n"),
]  # fmt: skip

# Names by which operations of the web API refer to objects; every one that the document has must stand above.
REFERRING = frozenset({"store", "stores", "with", "owner", "rep_membership_id", "successor_id", "role", "like"})
