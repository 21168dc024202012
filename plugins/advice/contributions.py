"""What advice gives to the pages of the portal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from plugins.advice.campaigns import contributions as campaigns
from plugins.advice.library import comments, queries
from plugins.advice.library.forms import KIND_ICONS, KIND_TITLES
from plugins.advice.models import DECLINED, DONE, Note, Proposal, Recipient
from plugins.advice.proposals import queries as proposal_queries
from plugins.advice.proposals.wording import KIND_ICONS as PROPOSAL_ICONS
from plugins.advice.proposals.wording import KIND_TITLES as PROPOSAL_TITLES
from plugins.advice.proposals.wording import STATE_TITLES, due_at, title_of, words_of
from plugins.advice.questions import contributions as questions
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
    Table,
    TimelineEntry,
    Viewer,
    money,
    session,
)

ICON = "bulb"
ON_TODAY = 4
COMPUTED_ON_TODAY = 5


def home_cards(viewer: Viewer) -> Iterator[HomeCard]:
    """For a store what is open, what its own figures say first; for reviewers what waits for them."""
    if viewer.store is not None:
        for place, proposal in enumerate(proposal_queries.open_for_store(COMPUTED_ON_TODAY)):
            yield _computed_card(proposal, viewer, place)
        for mine in queries.open_for_store(ON_TODAY):
            yield _card(mine)
    elif viewer.may("advice.publish"):
        waiting = session.scalar(queries.in_review_count()) or 0
        if waiting:
            yield HomeCard(
                title=ngettext("%(num)s advice waits for review", "%(num)s pieces of advice wait for review", waiting),
                body="",
                url="/advice/?state=in_review",
                action=_("Review"),
                icon=ICON,
                priority=40,
            )
    yield from questions.home_cards(viewer)


def _computed_card(proposal: Proposal, viewer: Viewer, place: int) -> HomeCard:
    words = words_of(proposal)
    return HomeCard(
        title=words.title,
        kind=PROPOSAL_TITLES[proposal.kind],
        body=words.body,
        url=f"/advice/proposals/{proposal.id}",
        action=words.action,
        icon=PROPOSAL_ICONS[proposal.kind],
        due=due_at(proposal, viewer.distributor.timezone),
        gain=proposal.gain,
        risk=proposal.risk,
        chart=words.chart,
        section="advice",
        priority=15 + place,
    )


def _card(mine: Recipient) -> HomeCard:
    note = mine.note
    return HomeCard(
        title=note.title,
        kind=KIND_TITLES[note.kind],
        body=note.reason,
        url=f"/advice/{note.id}",
        action=_("See how"),
        icon=KIND_ICONS[note.kind],
        gain=note.gain,
        period="month" if note.gain is not None else "",
        section="advice",
        priority=30,
    )


def timeline(store: Store, span: Span) -> Iterator[TimelineEntry]:
    """What was advised, and what became of it."""
    for mine in queries.of_store(store.id, span):
        url = f"/advice/{mine.note_id}"
        if mine.published_at in span:
            yield TimelineEntry(mine.published_at, _("Advised: %(title)s", title=mine.note.title), ICON, "", url)
        if mine.answered_at is not None and mine.answered_at in span and mine.state in {DONE, DECLINED}:
            done = mine.state == DONE
            words = _("Done: %(title)s") if done else _("Declined: %(title)s")
            mark = "circle-check" if done else "circle-x"
            title = words % {"title": mine.note.title}
            yield TimelineEntry(mine.answered_at, title, mark, mine.reason, url, "ok" if done else "")
    for proposal in proposal_queries.of_store(store.id, span):
        answered = proposal.done_at or proposal.answered_at
        if answered is not None and answered in span:
            title = title_of(proposal)
            text = str(STATE_TITLES[proposal.state])
            icon = PROPOSAL_ICONS[proposal.kind]
            yield TimelineEntry(
                answered, title, icon, text, f"/advice/proposals/{proposal.id}", "ok" if proposal.done_at else ""
            )
    yield from questions.timeline(store, span)


def calendar_entries(viewer: Viewer, span: Span) -> Iterator[CalendarEntry]:
    """Promised answers, and campaigns."""
    yield from questions.calendar_entries(viewer, span)
    yield from campaigns.calendar_entries(viewer, span)


def search(query: str, viewer: Viewer) -> Iterator[SearchHit]:
    """Notes by their words."""
    for note in queries.matching(query, viewer):
        yield SearchHit(note.title, f"/advice/{note.id}", _("Advice"), ICON, note.reason, note.published_at)
    yield from questions.search(query, viewer)


def briefing_sections(query: BriefingQuery) -> Iterator[BriefingSection]:
    """A store's open advice, what is worth most first."""
    if query.store is None:
        return
    statement = (
        select(Note)
        .join(Recipient, Recipient.note_id == Note.id)
        .where(
            Recipient.store_id == query.store.id,
            Recipient.state == "open",
            Note.state == "published",
            Note.over.is_(False),
        )
        .order_by(Note.gain.desc().nulls_last(), Note.id)
        .limit(3)
    )
    notes = session.scalars(statement).all()
    if notes:
        yield BriefingSection(
            key="open",
            title=_("Worth doing in your store"),
            tables=(_worth_doing(notes),),
            sources=(_("Estimates of our experts, not measured in your store"),),
            order=30,
            personal=True,
            worth=sum((note.gain for note in notes if note.gain), Decimal(0)) or None,
        )


def _worth_doing(notes: Sequence[Note]) -> Table:
    """What to do, why, and what it brings."""
    rows = tuple((note.title, note.reason, money(note.gain)) for note in notes)
    return Table(_("What is worth most stands first"), (_("What to do"), _("Why"), _("Gain a month")), rows, (2,))


def personal_data(person: Person) -> Iterator[PersonalData]:
    """What the person wrote and answered."""
    notes = session.scalars(select(Note).where(Note.author_id == person.id))
    rows = tuple({"title": note.title, "written": note.created_at.isoformat()} for note in notes)
    if rows:
        yield PersonalData(_("Advice written"), rows)
    decided = session.scalars(select(Proposal).where(Proposal.answered_by_id == person.id).order_by(Proposal.id))
    decisions = tuple({"advice": p.id, "state": p.state, "choice": p.choice, "reason": p.reason} for p in decided)
    if decisions:
        yield PersonalData(_("Computed advice answered"), decisions)
    answers = session.scalars(select(Recipient).where(Recipient.answered_by_id == person.id))
    given = tuple({"note": r.note_id, "state": r.state, "reason": r.reason} for r in answers)
    if given:
        yield PersonalData(_("Advice answered"), given)
    said = tuple({"note": c.note_id, "text": c.text, "at": c.created_at.isoformat()} for c in comments.said_by(person))
    if said:
        yield PersonalData(_("Comments on advice"), said)
    yield from questions.personal_data(person)
    yield from campaigns.personal_data(person)
