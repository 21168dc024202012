"""What complaints give to the pages of the portal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from plugins.complaints import queries, services
from plugins.complaints.methods import stages
from plugins.complaints.models import Complaint, Message
from plugins.complaints.pages import clocks, next_clock
from plugins.complaints.titles import CATEGORY_TITLES, STATE_TITLES, headline
from portal.api import (
    BriefingQuery,
    BriefingSection,
    CalendarEntry,
    HomeCard,
    Person,
    PersonalData,
    SearchHit,
    Span,
    Store,
    StoreSignal,
    Table,
    TimelineEntry,
    Viewer,
    clock,
    number,
    session,
)

ICON = "message-report"
ON_TODAY = 3
ENOUGH_STORES = 3  # a category that fewer stores complained about is not named to all


def home_cards(viewer: Viewer) -> Iterator[HomeCard]:
    """A store's open complaints with their clocks; at the desk what is overdue and what nobody owns."""
    if viewer.store is None:
        yield from _desk_cards(viewer)
        return
    if not viewer.may("complaints.see"):
        return
    for complaint in queries.open_ones(viewer, limit=ON_TODAY):
        time = next_clock(complaint)
        waits = complaint.state == stages.REMEDIED
        yield HomeCard(
            title=headline(complaint),
            kind=STATE_TITLES[complaint.state],
            body=_("Put right. Please confirm that it is solved.") if waits else clocks(complaint)[0].text,
            url=complaint.url,
            action=_("Confirm") if waits else _("See where it stands"),
            icon=ICON,
            due=None if waits else complaint.next_due_at,
            section="open",
            state=time.state,
            priority=30 if waits or time.state == "late" else 45,
        )


def _desk_cards(viewer: Viewer) -> Iterator[HomeCard]:
    if not viewer.may(queries.HANDLE):
        return
    counts = queries.counts(viewer)
    if counts.overdue:
        yield HomeCard(
            title=ngettext("%(num)s complaint is overdue", "%(num)s complaints are overdue", counts.overdue),
            body=_("The store was promised an answer or a solution by now."),
            url="/complaints/?view=overdue",
            action=_("Answer now"),
            icon="alert-triangle",
            kind=_("Complaints & service"),
            state="late",
            priority=5,
        )
    if counts.unassigned:
        yield HomeCard(
            title=ngettext("%(num)s complaint has no owner", "%(num)s complaints have no owner", counts.unassigned),
            body=_("Take it over, or give it to somebody."),
            url="/complaints/?view=unassigned",
            action=_("See them"),
            icon=ICON,
            kind=_("Complaints & service"),
            state="soon",
            priority=15,
        )


def timeline(store: Store, span: Span) -> Iterator[TimelineEntry]:
    """Filed, answered first, put right, confirmed, ended."""
    for complaint in queries.of_store(store.id, span):
        title, url = headline(complaint), complaint.url
        ended = STATE_TITLES["refused" if complaint.state == stages.REFUSED else "closed"]
        for at, what, icon in (
            (complaint.created_at, _("Complaint"), ICON),
            (complaint.first_answered_at, STATE_TITLES["answered"], "message-2"),
            (complaint.remedied_at, STATE_TITLES["remedied"], "checks"),
            (complaint.confirmed_at, STATE_TITLES["confirmed"], "circle-check"),
            (complaint.closed_at, ended, "lock"),
        ):
            if at is not None and at in span:
                yield TimelineEntry(at, _("%(what)s: %(title)s", what=what, title=title), icon, complaint.number, url)


def calendar_entries(viewer: Viewer, span: Span) -> Iterator[CalendarEntry]:
    """By when something was promised: to the store, and for who owns it."""
    if not viewer.may("complaints.see"):
        return
    for complaint in queries.due_in(viewer, span):
        what = _("Resolution due") if complaint.first_answered_at else _("Answer due")
        yield CalendarEntry(
            uid=f"complaint-{complaint.id}@storewise",
            starts_at=complaint.next_due_at,
            ends_at=complaint.next_due_at,
            title=_("%(what)s: %(title)s", what=what, title=headline(complaint)),
            icon=ICON,
            url=complaint.url,
            place="" if viewer.is_store_side else complaint.store.name,
            state="late" if complaint.next_due_at < clock.now() else "",
            sequence=complaint.sequence,
        )


def search(query: str, viewer: Viewer) -> Iterator[SearchHit]:
    """Complaints by number, product, batch, and what was said."""
    if not viewer.may("complaints.see"):
        return
    for complaint in queries.matching(query):
        where = "" if viewer.is_store_side else complaint.store.name
        text = " · ".join(part for part in (complaint.number, where, str(STATE_TITLES[complaint.state])) if part)
        yield SearchHit(headline(complaint), complaint.url, _("Complaint"), ICON, text, complaint.created_at)


def briefing_sections(query: BriefingQuery) -> Iterator[BriefingSection]:
    """What stores complained about, without names; in a store's own edition what became of its complaints."""
    if query.store is not None:
        yield from _own_section(query.store, query.span)
        return
    counted = queries.counts_by_category(query.span)
    if not counted:
        return
    rows = [(str(CATEGORY_TITLES[key]), number(count)) for key, count, stores in counted if stores >= ENOUGH_STORES]
    few = sum(count for _key, count, stores in counted if stores < ENOUGH_STORES)
    if few:
        rows.append((_("All others"), number(few)))
    total = sum(count for _key, count, _stores in counted)
    yield BriefingSection(
        key="learned",
        title=_("What your complaints taught us"),
        lede=ngettext("%(num)s complaint reached us.", "%(num)s complaints reached us.", total),
        tables=(Table(_("Complaints by subject"), (_("Subject"), _("Complaints")), tuple(rows), numeric=(1,)),),
        order=60,
    )


def _own_section(store: Store, span: Span) -> Iterator[BriefingSection]:
    own = [complaint for complaint in queries.of_store(store.id, span) if complaint.created_at in span]
    if not own:
        return
    rows = tuple((item.number, headline(item), str(STATE_TITLES[item.state])) for item in own)
    head = (_("Number"), _("Subject"), _("Stage"))
    yield BriefingSection(
        key="own",
        title=_("Your complaints"),
        tables=(Table(_("What became of them"), head, rows),),
        order=60,
        personal=True,
    )


def store_signals(store: Store, span: Span) -> Iterator[StoreSignal]:
    """How many complaints are open, and how many of them overdue."""
    now = clock.now()
    open_ones = [item for item in queries.of_store(store.id, span) if item.is_open]
    late = [item for item in open_ones if item.next_due_at < now and item.state != stages.REMEDIED]
    state: Literal["late", "run", "ok"] = "late" if late else "run" if open_ones else "ok"
    yield StoreSignal("complaints.open_count", _("Open complaints"), len(open_ones), now, state)
    yield StoreSignal("complaints.overdue_count", _("Overdue complaints"), len(late), now, "late" if late else "ok")


def personal_data(person: Person) -> Iterator[PersonalData]:
    """The complaints a person filed and what the person wrote."""
    filed = session.scalars(select(Complaint).where(Complaint.created_by_id == person.id).order_by(Complaint.id))
    rows = [{"number": item.number, "text": item.text, "at": item.created_at.isoformat()} for item in filed]
    if rows:
        yield PersonalData(_("Complaints"), tuple(rows))
    written = session.scalars(select(Message).where(Message.author_id == person.id).order_by(Message.id))
    said = [{"text": item.text, "at": item.created_at.isoformat()} for item in written]
    if said:
        yield PersonalData(_("Messages about complaints"), tuple(said))


def erase_person(person: Person) -> None:
    """Free text goes with the person; that there was a complaint, of what and how it ended, stays."""
    touched = {}
    for complaint in session.scalars(select(Complaint).where(Complaint.created_by_id == person.id)):
        complaint.text, complaint.created_by_id = "", None
        touched[complaint.id] = complaint
    for message in session.scalars(select(Message).where(Message.author_id == person.id)):
        message.text, message.author_id = "", None
        touched.setdefault(message.complaint_id, session.get_one(Complaint, message.complaint_id))
    session.flush()
    for complaint in touched.values():
        services.reindex(complaint)
