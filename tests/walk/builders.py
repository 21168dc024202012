"""How the things of the estate are made: each builder makes one kind, in one place or once for all."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from plugins.briefings import queries as briefing_queries
from plugins.briefings import services as briefings
from plugins.briefings.models import READY, Edition
from plugins.briefings.services import EditorialText, Plan
from plugins.complaints import queries as complaint_queries
from plugins.complaints import services as complaints
from plugins.complaints.models import Counter, Photo
from plugins.complaints.services import Report
from plugins.events import queries as event_queries
from plugins.events import services as events
from plugins.events.services import EventPlan
from plugins.meetings import queries as meeting_queries
from plugins.meetings import services as meetings
from plugins.meetings.methods.slots import Window
from plugins.meetings.services import Wish
from portal import clock
from portal.accounts.invitations import Guest, invite
from portal.accounts.models import Membership, Person, Role, SignIn
from portal.accounts.roles import add_role
from portal.accounts.tokens import create_token
from portal.db import db
from portal.files.services import store_generated, store_upload
from portal.jobs.services import enqueue
from portal.notifications import channels
from portal.notifications.channels import ChannelPlan
from portal.notifications.services import notify
from portal.stores import services as stores
from portal.stores.models import Store
from portal.stores.services import ContactDetails
from portal.tenancy import all_distributors
from portal.webhooks import services as web_hooks
from portal.webhooks.services import HookPlan
from tests.walk.advice_builders import advice_note, campaign, proposals, question
from tests.walk.estate import BUT_THE_REP, EVERYBODY, OURS, ROLES, SEES_STORE, SEES_WIDE, STORE, Estate, Place, picture
from tests.walk.estate import acting as act
from tests.walk.placing import store_id, versions, whom
from tests.walk.trade_builders import fixture, floor, goods, order, uploads

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
LEADERS = frozenset({"administrator", "manager"})


def store_and_contact(estate: Estate, place: Place) -> None:
    mark, seen = estate.mark(place.name), SEES_STORE[place.name]
    number = f"N{place.name}"
    with act(estate.app, estate.world, "manager", place.distributor):
        store = db.session.get_one(Store, store_id(estate, place))
        details = stores.details_of(store)
        values = {name: getattr(details, name) for name in details.__dataclass_fields__}
        stores.change_store(store, stores.StoreDetails(**values | {"number": number, "name": f"{mark} store"}))
        contact = stores.add_contact(store, ContactDetails(name=f"{mark} contact", is_main=True))
        second = stores.add_contact(store, ContactDetails(name=f"{mark} second"))
        db.session.flush()
        ids = (contact.id, second.id)
    estate.add("store", place.name, seen, store_id=store_id(estate, place), number=number)
    estate.add("contact", place.name, seen, contact_id=ids[0], successor_id=ids[1])


def people(estate: Estate, place: Place) -> None:
    """Names are marks too: no page may show those of a foreign distributor, of a foreign store to a store, ..."""
    mark = estate.mark(place.name)
    world = estate.world[place.distributor]
    with act(estate.app, estate.world, "administrator", place.distributor), all_distributors(reason="test"):
        for key, person_id in world.people.items():
            of_place = key in (place.keeper, f"store_staff:{place.index}") or place.name == "foreign"
            if place.name == "foreign" or (place.name != "mine" and of_place):
                db.session.get_one(Person, person_id).name = f"{mark} person"
    for key in (place.keeper,):
        seen = SEES_WIDE[place.name]
        estate.add("member", place.name, seen, membership_id=world.members[key], person_id=world.people[key])


def complaint(estate: Estate, place: Place) -> None:
    if place.distributor == "other":
        _begin_numbers_elsewhere(estate, place)
    mark, seen = estate.mark(place.name), SEES_STORE[place.name]
    told = [(place.name, False, seen)]
    if place.name == "served":  # the rep serves this store, and must not hear of it
        told.append((f"{place.name}, about the rep", True, seen & BUT_THE_REP))
    for label, about_rep, who in told:
        word = mark if not about_rep else f"{mark}private"
        estate.marks[word] = who
        report = Report("quality", f"{word} text", product=word, batch=word, about_rep=about_rep)
        with act(estate.app, estate.world, place.keeper, place.distributor) as viewer:
            filed = complaints.file_complaint(report, [picture()], by=viewer)
            complaints.say(filed, f"{word} said", by=viewer)
            photo = complaint_queries.photos(filed.id)[0]
            number, photo_id = filed.number, photo.id
        estate.add("complaint", label, who, number=number)
        estate.add("photo", label, who, number=number, photo_id=photo_id)
        if place.name == "mine":
            _internal_photo(estate, place, label, number, who - set(STORE))


def _begin_numbers_elsewhere(estate: Estate, place: Place) -> None:
    """Numbers begin anew with each distributor; those of the other one must not be found with the first by chance."""
    with act(estate.app, estate.world, "manager", place.distributor):
        db.session.add(Counter(year=clock.today("Asia/Shanghai").year, last=5000))


def _internal_photo(estate: Estate, place: Place, label: str, number: str, who: frozenset[str]) -> None:
    word = f"hushinternal{place.name}"
    estate.marks[word] = who
    with act(estate.app, estate.world, "manager", place.distributor) as viewer:
        filed = complaint_queries.by_number(number)
        note = complaints.note(filed, f"{word} note", by=viewer)
        stored = store_upload(picture("orange"), "note.jpg", kinds=("picture",))
        photo = Photo(
            complaint_id=filed.id, store_id=filed.store_id, message_id=note.id, file_id=stored.id, internal=True
        )
        db.session.add(photo)
        db.session.flush()
        photo_id = photo.id
    estate.add("photo", f"{label}, internal", who, number=number, photo_id=photo_id)


def event(estate: Estate, place: Place) -> None:
    mark, seen = estate.mark(place.name, wide=True), SEES_WIDE[place.name]
    start = clock.now() + timedelta(days=6)
    plan = EventPlan(
        title=f"{mark} event", kind="order_meeting", starts_at=start, ends_at=start + timedelta(hours=2),
        deadline_at=start - timedelta(days=1), seats=20, seats_per_store=3, place=f"{mark} hall", text=f"{mark} text",
        audience=whom(estate, place),
    )  # fmt: skip
    with act(estate.app, estate.world, "manager", place.distributor) as viewer:
        made, draft = events.plan_event(plan, by=viewer), events.plan_event(plan, by=viewer)
        db.session.flush()
        events.publish_event(made)
        ids = (made.id, draft.id)
    with act(estate.app, estate.world, place.keeper, place.distributor) as viewer:
        found = event_queries.visible(ids[0], viewer)
        who = [f"{estate.mark(place.name)} guest"]
        events.sign_up(found, store_id(estate, place), who, by=viewer)
    estate.add("event", place.name, seen, event_id=ids[0])
    estate.add("event", f"{place.name}, draft", seen - set(STORE), event_id=ids[1])


def meeting(estate: Estate, place: Place) -> None:
    world = estate.world[place.distributor]
    with act(estate.app, estate.world, place.host, place.distributor) as viewer:
        meetings.set_windows(viewer.membership, [Window(day, 9 * 60, 18 * 60) for day in range(7)])
    with act(estate.app, estate.world, place.keeper, place.distributor) as viewer:
        start = meeting_queries.free_slots(world.members[place.host])[0]
        wish = Wish(world.members[place.host], start, topic=f"{estate.mark(place.name)} topic")
        made = meetings.book(wish, store_id(estate, place), by=viewer)
        db.session.flush()
        meeting_id = made.id
    seen = SEES_STORE[place.name] & (LEADERS | {place.host} | set(STORE))
    estate.add("meeting", place.name, seen, meeting_id=meeting_id)
    estate.add(
        "host",
        place.name,
        EVERYBODY if place.distributor == "first" else set(),
        membership_id=world.members[place.host],
    )


def briefing(estate: Estate, place: Place) -> None:
    mark, seen = estate.mark(place.name, wide=True), SEES_WIDE[place.name]
    today = clock.today("Asia/Shanghai")
    plan = Plan(f"{mark} briefing", today - timedelta(days=9), today, audience=whom(estate, place))
    text = EditorialText(f"{mark} section", f"{mark} text", f"{mark} lede")
    for label, issued, withdrawn, who in versions(place, seen):
        with act(estate.app, estate.world, "manager", place.distributor) as viewer:
            made = briefings.compose(plan, by=viewer)
            db.session.flush()
            briefings.change(made, plan, [text], version=made.lock_version)
            if issued:
                briefings.issue(made, by=viewer)
            if withdrawn:
                briefings.withdraw(made, "test")
            briefing_id = made.id
            _finish_editions(estate, place, made.id, label, who)
        estate.add("briefing", label, who, briefing_id=briefing_id)


def _finish_editions(estate: Estate, place: Place, briefing_id: int, label: str, who: frozenset[str]) -> None:
    """As the job leaves them; the PDF itself is not what the walk is about."""
    for edition in db.session.scalars(select(Edition).where(Edition.briefing_id == briefing_id)):
        edition.file_id = store_generated(PDF, f"{label}.pdf", "application/pdf").id
        edition.state, edition.finished_at = READY, clock.now()
        estate.add("edition", label, who & SEES_STORE[place.name], edition_id=edition.id)
    assert briefing_queries.briefing(briefing_id)


def invitation(estate: Estate, place: Place) -> None:
    mark = estate.mark(place.name)
    with act(estate.app, estate.world, "administrator", place.distributor) as viewer:
        role = db.session.scalars(select(Role).where(Role.key == "store_staff")).one()
        store = db.session.get_one(Store, store_id(estate, place))
        guest = Guest(role, store, f"{mark} guest", email=f"{mark}@guest.example")
        made, _raw = invite(guest, by=viewer)
        invitation_id = made.id
    estate.add("invitation", place.name, SEES_WIDE[place.name], invitation_id=invitation_id)


def house(estate: Estate, place: Place) -> None:
    """What belongs to the distributor itself."""
    if place.name not in ("mine", "foreign"):
        return
    mark, everybody = estate.mark(place.name), EVERYBODY if place.name == "mine" else frozenset[str]()
    with act(estate.app, estate.world, "administrator", place.distributor):
        # Two, as both a page and a program take one away.
        roles = [add_role(f"{mark} {word}", "store") for word in ("role", "second role")]
        db.session.flush()
        names = [(role.id, role.key) for role in roles]
    for label, (role_id, key) in zip((place.name, f"{place.name} second"), names, strict=True):
        estate.add("role", label, everybody, role_id=role_id, key=key)
    for asked_by, who in (("manager", LEADERS), ("store_manager", {"administrator", "store_manager"})):
        with act(estate.app, estate.world, asked_by, place.distributor):
            job = enqueue("briefings.render", arguments={"edition_id": 0})
            job_id = job.id
        estate.add("job", f"{place.name}, of the {asked_by}", who if place.name == "mine" else set(), job_id=job_id)


def connections(estate: Estate, place: Place) -> None:
    """Ways out of the portal: channels and web hooks, each with one message."""
    if place.name not in ("mine", "foreign"):
        return
    for _each in range(3 if place.name == "mine" else 1):  # the walk removes some of them, by page and by program
        _connection(estate, place)


def _connection(estate: Estate, place: Place) -> None:
    mark, seen = estate.mark(place.name), frozenset(OURS) if place.name == "mine" else frozenset[str]()
    with act(estate.app, estate.world, "administrator", place.distributor):
        channel = channels.add_channel(ChannelPlan(f"{mark} channel", "jsons://shop.example/in", (), "en"))
        hook, _secret = web_hooks.add_hook(HookPlan(f"{mark} hook", f"https://{mark}.example/in", ()))
        post_id, delivery_id = channels.send_test(channel).id, web_hooks.send_test(hook).id
        channel_id, hook_id = channel.id, hook.id
    estate.add("channel", place.name, seen, channel_id=channel_id)
    estate.add("post", place.name, seen, channel_id=channel_id, post_id=post_id)
    estate.add("hook", place.name, seen, hook_id=hook_id)
    estate.add("delivery", place.name, seen, hook_id=hook_id, delivery_id=delivery_id)


def personal(estate: Estate, place: Place) -> None:
    """What belongs to one person: tokens, devices, messages, places to act for."""
    if place.name not in ("mine", "foreign"):
        return
    world = estate.world[place.distributor]
    for role in ROLES if place.name == "mine" else ("manager",):
        label, seen = f"{place.distributor} {role}", {role} if place.name == "mine" else set()
        with act(estate.app, estate.world, role, place.distributor) as viewer:
            token_id = create_token(viewer.membership, f"{role} token")[0].id
            member = db.session.get_one(Membership, viewer.membership.id)
            message_id = notify("advice.published", to=[member], title=f"{role} hears")[0].id
            with all_distributors(reason="test"):
                device = db.session.scalars(select(SignIn).where(SignIn.person_id == viewer.person.id)).one()
        estate.add("token", label, seen, token_id=token_id)
        estate.add("message", label, seen, note_id=message_id)
        estate.add("device", label, seen, sign_in_id=device.id)
        estate.add("own membership", label, seen, membership_id=world.members[role])


OF_A_PLACE = (
    store_and_contact, people, complaint, advice_note, question, event, meeting, briefing, invitation, goods, uploads, order, fixture, floor, campaign, proposals, house,
    connections,
    personal,
)  # fmt: skip
