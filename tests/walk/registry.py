"""What stands at each address with a parameter, and what is sent there: a route that is not here fails the walk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from portal import clock

# (blueprint, *parameters) -> the kind of thing whose values fill the address.
KINDS: dict[tuple[str, ...], str] = {
    ("account", "sign_in_id"): "device",
    ("account", "token_id"): "token",
    ("admin_people", "membership_id"): "member",
    ("admin_people", "invitation_id"): "invitation",
    ("admin_roles", "role_id"): "role",
    ("advice", "note_id"): "note",
    ("advice", "note_id", "position"): "note picture",
    ("advice", "note_id", "version"): "note version",
    ("advice_campaigns", "campaign_id"): "campaign",
    ("advice_proposals", "proposal_id"): "proposal",
    ("advice_questions", "question_id"): "question",
    ("advice_questions", "question_id", "picture_id"): "question picture",
    ("briefings", "briefing_id"): "briefing",
    ("briefings", "edition_id"): "edition",
    ("channels", "channel_id"): "channel",
    ("channels", "channel_id", "post_id"): "post",
    ("colleagues", "invitation_id"): "invitation",
    ("complaints", "number"): "complaint",
    ("complaints", "number", "photo_id"): "photo",
    ("contacts", "contact_id"): "contact",
    ("events", "event_id"): "event",
    ("home", "membership_id"): "own membership",
    ("jobs", "job_id"): "job",
    ("meetings", "meeting_id"): "meeting",
    ("meetings", "membership_id"): "host",
    ("notifications", "note_id"): "message",
    ("me", "token_id"): "token",
    ("people", "invitation_id"): "invitation",
    ("people", "membership_id"): "member",
    ("roles", "role_id"): "role",
    ("stores", "store_id"): "store",
    ("stores", "contact_id"): "contact",
    ("stores", "number"): "store",
    ("trade_orders", "order_id"): "order",
    ("trade_fixtures", "fixture_id"): "fixture",
    ("trade", "number"): "store",
    ("trade", "store_id"): "store",
    ("trade_uploads", "upload_id"): "upload",
    ("web_hooks", "hook_id"): "hook",
    ("web_hooks", "hook_id", "delivery_id"): "delivery",
}

# Parameters that name nothing of any distributor, each with the reason.
NOTHING_OF_ANYBODY: dict[tuple[str, str], str] = {
    ("account", "token"): "the secret of a letter that proves an address; it opens nothing without its person",
    ("admin_plugins", "name"): "a plug-in of the portal; what is switched and set is the acting distributor's",
    ("plugins", "name"): "a plug-in of the portal; what is switched is the acting distributor's",
    ("calendar", "secret"): "the secret address of a feed: whoever has it may read it",
    ("home", "lang"): "a language of the portal",
    ("home", "theme"): "a brightness of the portal",
    (
        "offline",
        "language",
    ): "the page that the browser keeps for when there is no connection; it shows nothing of anybody",
    ("join", "raw"): "the secret of an invitation: whoever has it may accept it",
    ("trade_uploads", "kind"): "an empty table with headings",
    ("", "fingerprint"): "a file that the portal itself is made of",
    ("", "name"): "a file that the portal itself is made of",
    ("security", "token"): "the state of a log-in, signed, and worth nothing in another browser",
}

# Parameters that choose among a few words that stand in the route itself.
CHOICES = {"answer": "yes"}

NOW = clock.now()
PLAN = {
    "title": "Taken", "kind": "training", "starts_at": "2099-05-04T09:00", "ends_at": "2099-05-04T10:00",
    "deadline_at": "2099-05-01T09:00", "seats": "30", "seats_per_store": "2",
}  # fmt: skip
API_PLAN = PLAN | {
    "starts_at": "2099-05-04T09:00:00Z", "ends_at": "2099-05-04T10:00:00Z", "deadline_at": "2099-05-01T09:00:00Z",
    "seats": 30, "seats_per_store": 2,
}  # fmt: skip
TODAY, TEN_DAYS_AGO = NOW.date().isoformat(), (NOW - timedelta(days=10)).date().isoformat()
WHY = {"reason": "Taken"}

# What the forms of pages send, by endpoint. Forms that need no field at all are listed with nothing.
FORMS: dict[str, dict[str, Any]] = {
    "account.end_device": {},
    "account.revoke_token": {},
    "admin_people.change": {"role": "{role}", "store": ""},
    "admin_people.deactivate": {},
    "admin_people.password_link": {},
    "admin_people.reactivate": {},
    "admin_people.resend": {},
    "admin_people.revoke": {},
    "admin_roles.remove": {},
    "admin_roles.rename": {"title": "Taken"},
    "advice.ask_for_review": {},
    "advice.decline": WHY,
    "advice.discard": {},
    "advice.done": {},
    "advice.edit": {"title": "Taken", "kind": "layout"},
    "advice.publish": {},
    "advice.reopen": {},
    "advice.restore": {},
    "advice.send_back": WHY,
    "advice.useful": {},
    "advice.withdraw": {},
    "advice_campaigns.cancel": {},
    "advice_proposals.accept": {"way": "markdown"},
    "advice_proposals.add_before": {},
    "advice_proposals.decline": WHY,
    "advice_proposals.done": {},
    "advice_proposals.order": {},
    "advice_proposals.reopen": {},
    "advice_questions.assign": {"owner": "1"},
    "advice_questions.close": {},
    "advice_questions.make_article": {},
    "advice_questions.rate": {"rating": "4"},
    "advice_questions.say": {"text": "Taken"},
    "advice_questions.take": {},
    "briefings.again": {},
    "briefings.edit": {
        "title": "Taken", "kind": "weekly", "period_start": TEN_DAYS_AGO, "period_end": TODAY, "version": "2",
    },
    "briefings.issue": {},
    "briefings.withdraw": WHY,
    "channels.again": {},
    "channels.change": {"name": "Taken", "address": "", "language": "en"},
    "channels.remove": {},
    "channels.switch_off": {},
    "channels.switch_on": {},
    "channels.test": {},
    "colleagues.resend": {},
    "colleagues.revoke": {},
    "complaints.acknowledge": {},
    "complaints.close": {},
    "complaints.confirm": {},
    "complaints.handling": {"owner": "0", "severity": "serious"},
    "complaints.refuse": {"word": "Taken"},
    "complaints.remedy": {"word": "Taken"},
    "complaints.reopen": {"word": "Taken"},
    "complaints.say": {"text": "Taken"},
    "complaints.take": {},
    "events.cancel": WHY,
    "events.cancel_registration": {},
    "events.close": {},
    "events.decline": {},
    "events.edit": PLAN,
    "events.publish": {},
    "events.sign_store_up": {"store_id": "{store}", "attendees": "Taken"},
    "events.sign_up": {"attendees": "Taken"},
    "home.switch": {},
    "jobs.cancel": {},
    "jobs.retry": {},
    "meetings.book": {
        "starts_at": "2099-05-04T09:00:00+00:00", "kind": "advice", "place": "store", "length_minutes": "30",
    },
    "meetings.cancel": WHY,
    "notifications.open_message": {},
    "stores.edit": {"number": "T1", "name": "Taken", "format": "other", "tier": "C"},
    "stores.edit_contact": {"name": "Taken"},
    "stores.handover": {"left_on": TODAY},
    "stores.new_contact": {"name": "Taken"},
    "trade_fixtures.edit": {"name": "Taken", "width": "120", "version": "1", "height-0": "15", "clear-0": "30"},
    "trade_fixtures.remove": {},
    "trade_orders.cancel": {},
    "trade_orders.confirm": {"deliver_on": "2026-01-02"},
    "trade_orders.delivered": {},
    "trade_orders.refuse": {"answer": "Taken"},
    "trade_uploads.columns": {"product": "product", "day": "date", "units": "units"},
    "trade_uploads.discard": {},
    "trade_uploads.take": {},
    "trade_uploads.undo": {},
    "web_hooks.again": {},
    "web_hooks.change": {"name": "Taken", "url": "https://taken.example/in"},
    "web_hooks.end_former": {},
    "web_hooks.remove": {},
    "web_hooks.renew": {},
    "web_hooks.switch_off": {},
    "web_hooks.switch_on": {},
    "web_hooks.test": {},
}  # fmt: skip

# What programs send, by endpoint and method. "files" go as multipart/form-data.
BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("advice.OneNote", "PATCH"): {"answer": "done"},
    ("advice.OneNote", "PUT"): {"title": "Taken", "kind": "layout"},
    ("advice.OnePicture", "DELETE"): {},
    ("advice.Pictures", "POST"): {"files": "pictures"},
    ("advice.State", "PUT"): {"state": "withdrawn"},
    ("advice_campaigns.OneCampaign", "PATCH"): {"state": "cancelled"},
    ("advice_proposals.OneProposal", "PATCH"): {"state": "declined"} | WHY,
    ("advice_questions.OneQuestion", "PATCH"): {"state": "closed"},
    ("advice_questions.QuestionMessages", "POST"): {"text": "Taken"},
    ("advice_questions.QuestionPictures", "POST"): {"files": "pictures"},
    ("briefings.Editions", "POST"): {},
    ("briefings.Issue", "POST"): {},
    ("briefings.OneBriefing", "PUT"): {
        "title": "Taken",
        "period_start": TEN_DAYS_AGO,
        "period_end": TODAY,
        "version": 2,
    },
    ("briefings.Withdrawal", "POST"): WHY,
    ("channels.Again", "POST"): {},
    ("channels.OneChannel", "DELETE"): {},
    ("channels.OneChannel", "PATCH"): {"name": "Taken", "active": False},
    ("channels.Test", "POST"): {},
    ("colleagues.OneColleagueInvitation", "DELETE"): {},
    ("complaints.OneComplaint", "PATCH"): {"owner": None, "severity": "serious"},
    ("complaints.Messages", "POST"): {"text": "Taken"},
    ("complaints.Photos", "POST"): {"files": "photos"},
    ("events.EventState", "PUT"): {"state": "cancelled"} | WHY,
    ("events.OneEvent", "PUT"): API_PLAN,
    ("events.Registrations", "PUT"): {"attendees": [{"name": "Taken"}]},
    ("events.Registrations", "POST"): {"attendees": [{"name": "Taken"}]},
    ("events.Registrations", "DELETE"): {},
    ("jobs.Cancel", "POST"): {},
    ("jobs.Retry", "POST"): {},
    ("me.OneToken", "DELETE"): {},
    ("meetings.OneMeeting", "DELETE"): {},
    ("notifications.OneRead", "POST"): {},
    ("people.OneInvitation", "DELETE"): {},
    ("people.OneMember", "PATCH"): {"active": False},
    ("people.Resend", "POST"): {},
    ("roles.OneRole", "DELETE"): {},
    ("roles.OneRole", "PATCH"): {"title": "Taken"},
    ("stores.Contacts", "POST"): {"name": "Taken"},
    ("contacts.Handover", "POST"): {"left_on": TODAY},
    ("contacts.OneContact", "PUT"): {"name": "Taken"},
    ("stores.OneStore", "PATCH"): {"name": "Taken"},
    ("trade_fixtures.OneFixture", "DELETE"): {},
    ("trade_fixtures.OneFixture", "PUT"): {
        "name": "Taken",
        "width_mm": 900,
        "shelves": [{"height_mm": 100, "clear_mm": 300}],
    },
    ("trade_orders.OneOrder", "PATCH"): {"state": "delivered"},
    ("web_hooks.Again", "POST"): {},
    ("web_hooks.FormerSecret", "DELETE"): {},
    ("web_hooks.OneWebHook", "DELETE"): {},
    ("web_hooks.OneWebHook", "PATCH"): {"name": "Taken", "active": False},
    ("web_hooks.Secret", "POST"): {},
    ("web_hooks.Test", "POST"): {},
}

# Values for parameters that name nothing of anybody, where a page can be read with them.
OTHERWISE = {"kind": "sales", "name": "complaints", "language": "en"}

# Questions with which pages and lists are read, beside the plain address; "hush" begins every mark of the estate.
QUERIES: dict[str, tuple[str, ...]] = {
    "admin_people.index": ("", "?q=hush&state=all"),
    "advice.index": ("", "?state=draft", "?state=withdrawn"),
    "advice_questions.index": ("", "?view=overdue", "?view=closed"),
    "audit.index": ("", "?q=hush"),
    "calendar.month": ("", f"?month={(NOW + timedelta(days=6)):%Y-%m}"),
    "briefings.Pdf": ("?store={number}",),
    "complaints.Complaints": ("", "?view=closed", "?words=hush"),
    "complaints.index": ("", "?view=unassigned", "?view=closed", "?words=hush"),
    "events.index": ("", "?state=draft"),
    "jobs.index": ("?view=queued", "?view=done", "?view=dead"),
    "meetings.Slots": ("?with={host}",),
    "people.People": ("", "?q=hush&state=all"),
    "search.Search": ("?q=hush", "?q=hushforeign", "?q=hushunserved"),
    "search.index": ("?q=hush", "?q=hushforeign", "?q=hushunserved"),
    "stores.index": ("", "?q=hush&all=1"),
    "stores.Stores": ("", "?q=hush"),
    "stores_exchange.export": ("", "?format=csv"),
    "trade.Products": ("", "?q=hush"),
    "trade.index": ("", "?q=hush"),
}

# Pages that show nothing without a secret, a mail that was kept, or a worker that runs.
UNREAD = frozenset(
    {"metrics.metrics", "account.confirm_email", "calendar.feed", "dev.mails", "health.readyz", "join.show"}
)
# Pages that show the acting store something of its own, so that there is nothing for people without a store.
OF_THE_OWN_STORE = frozenset({"briefings.pdf", "briefings.Pdf"})

# Forms that name nothing in their address, and what they send.
PLAIN_FORMS: dict[str, tuple[str, dict[str, Any]]] = {  # address -> the role that sends it, and the fields
    "/account": ("store_manager", {"name": "Taken", "language": "en", "theme": "auto"}),
    "/admin/people/invite": ("administrator", {"role": "1", "store": "Nmine", "name": "x", "phone": "13900001234"}),
    "/admin/roles/new": ("administrator", {"title": "Taken", "like": "1"}),
    "/admin/settings": ("administrator", {"name": "Taken", "language": "en", "timezone": "Asia/Shanghai"}),
    "/advice/new": ("expert", {"title": "Taken", "kind": "layout", "text": "x", "gain": "12", "minutes": "5"}),
    "/advice/campaigns/new": (
        "store_manager", {"title": "x", "target": "x", "channel": "leaflet", "starts_on": TODAY, "ends_on": TODAY},
    ),
    "/advice/costs/": ("store_manager", {"rent": "1", "labour": "2", "energy": "3", "other": "4"}),
    "/advice/questions/new": ("store_manager", {"kind": "layout", "text": "x"}),
    "/briefings/new": ("manager", {"title": "Taken", "kind": "weekly", "period_start": TODAY, "period_end": TODAY}),
    "/colleagues/invite": ("store_manager", {"role": "6", "name": "x", "phone": "13900001235"}),
    "/complaints/new": (
        "store_manager", {"category": "quality", "text": "x", "expires_on": TODAY, "quantity": "3", "batch": "b"},
    ),
    "/events/new": ("manager", PLAN),
    "/meetings/hours": ("rep", {"monday": "09:00-12:00"}),
    "/notifications/settings": ("store_manager", {"quiet_from": "21:00", "quiet_until": "07:00", "hour": "8"}),
    "/trade/fixtures/new": (
        "manager", {"store": "Nmine", "name": "Taken", "width": "90", "shelves": "2", "height": "140"},
    ),
    "/stores/new": (
        "manager", {"number": "T9", "name": "Taken", "format": "other", "tier": "C", "area_m2": "9", "opened_on": TODAY},
    ),
}  # fmt: skip
