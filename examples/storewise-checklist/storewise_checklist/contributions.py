"""What the checklist gives to the pages of the portal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Select

from portal.api import (
    BriefingQuery,
    BriefingSection,
    CalendarEntry,
    HomeCard,
    KeyFigure,
    Person,
    PersonalData,
    SearchHit,
    Span,
    Store,
    StoreSignal,
    Table,
    TimelineEntry,
    Viewer,
    number,
)
from storewise_checklist import methods, queries, services

ICON = "list-check"
OPEN_UNTIL = time(10)


def home_cards(viewer: Viewer) -> Iterator[HomeCard]:
    """What a store has still to look at this morning."""
    if viewer.store is None or not viewer.may("checklist.tick"):
        return
    day = services.today()
    left = queries.open_count(viewer.store.id, day, weekly=services.is_weekly_day(day))
    if left:
        yield HomeCard(
            title=_("Opening checklist"),
            body=ngettext("%(num)s thing to look at", "%(num)s things to look at", left),
            url="/checklist/",
            action=_("Look at them"),
            icon=ICON,
            due=datetime.combine(day, OPEN_UNTIL, ZoneInfo(services.timezone())),
            state="run",
            priority=40,
        )


def waiting(viewer: Viewer) -> Select[int] | int:
    """The number beside the place in the navigation: what the store has still to look at."""
    if viewer.store is None:
        return 0
    day = services.today()
    return queries.open_things(viewer.store.id, day, weekly=services.is_weekly_day(day))


def timeline(store: Store, span: Span) -> Iterator[TimelineEntry]:
    """The days on which the store went through its list."""
    for last_tick_at, count in queries.ticked_days(store, span):
        title = ngettext("Checklist: %(num)s thing ticked", "Checklist: %(num)s things ticked", count)
        yield TimelineEntry(last_tick_at, title, ICON)


def calendar_entries(viewer: Viewer, span: Span) -> Iterator[CalendarEntry]:
    """The day of the weekly things, for stores."""
    if viewer.store is None:
        return
    here = ZoneInfo(services.timezone())
    for day in methods.days_between(span.start.astimezone(here).date(), span.end.astimezone(here).date()):
        if services.is_weekly_day(day):
            starts_at = datetime.combine(day, time(0), here)
            yield CalendarEntry(
                uid=f"checklist-{viewer.store.id}-{day}@storewise",
                starts_at=starts_at,
                ends_at=starts_at + timedelta(days=1),
                title=_("Weekly things of the opening checklist"),
                icon=ICON,
                url="/checklist/",
                all_day=True,
            )


def search(query: str, viewer: Viewer) -> Iterator[SearchHit]:
    """Things to look at, by their text."""
    url = "/checklist/items" if viewer.may("checklist.manage") else "/checklist/"
    for item in queries.matching(query):
        yield SearchHit(item.title, url, _("Checklist"), ICON, item.why)


def briefing_sections(query: BriefingQuery) -> Iterator[BriefingSection]:
    """What was looked at too rarely: of the reader's store in its own edition, of all stores in the common part."""
    here = ZoneInfo(services.timezone())
    first, end = query.span.start.astimezone(here).date(), query.span.end.astimezone(here).date()
    rows = queries.missed(query.store.id if query.store else None, first, end)
    if not rows:
        return
    figures: tuple[KeyFigure, ...] = ()
    if query.store is not None:
        share = methods.share_done(sum(count for _title, count in rows), len(rows), (end - first).days)
        figures = (KeyFigure(_("Looked at in time"), number(share, 1), "%"),)
    yield BriefingSection(
        key="opening",
        title=_("Opening checklist"),
        lede=_("What stands above was looked at least often."),
        figures=figures,
        tables=(
            Table(
                caption=_("Ticks in the time of this briefing"),
                head=(_("What to look at"), _("Ticks")),
                rows=tuple((title, number(count)) for title, count in rows),
                numeric=(1,),
            ),
        ),
        personal=query.store is not None,
        order=80,
    )


def store_signals(store: Store, span: Span) -> Iterator[StoreSignal]:
    """How much of the daily list the store did in the span, in per cent."""
    here = ZoneInfo(services.timezone())
    first, end = span.start.astimezone(here).date(), span.end.astimezone(here).date()
    daily = queries.items(weekly=False)
    if daily:
        share = methods.share_done(queries.tick_count(store.id, first, end), len(daily), (end - first).days)
        yield StoreSignal("checklist_done_percent", _("Opening checklist done"), share, span.end)


def personal_data(person: Person) -> Iterator[PersonalData]:
    """What this person has ticked."""
    rows = tuple({"day": tick.day, "what": tick.item.title} for tick in queries.of_person(person))
    if rows:
        yield PersonalData(_("Opening checklist"), rows)
