"""Composing, issuing and withdrawing briefings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from plugins.briefings import queries
from plugins.briefings.models import (
    DRAFT,
    FAILED,
    ISSUED,
    KINDS,
    READY,
    WAITING,
    WITHDRAWN,
    Briefing,
    Edition,
    Section,
)
from portal.api import (
    Audience,
    Conflict,
    Distributor,
    RuleBroken,
    Viewer,
    clock,
    current_scope,
    enqueue,
    members_of_stores,
    notify,
    record,
    session,
    signal,
)

briefing_issued = signal("briefings.issued")
MOST_SECTIONS = 30
LONGEST_PERIOD_DAYS = 400


@dataclass(frozen=True, slots=True)
class Plan:
    """What a briefing is to be."""

    title: str
    period_start: date
    period_end: date
    kind: str = "monthly"
    subtitle: str = ""
    audience: Audience | None = None


@dataclass(frozen=True, slots=True)
class EditorialText:
    """One section in the editor's words."""

    title: str
    text: str
    lede: str = ""
    source: str = ""


def compose(plan: Plan, *, by: Viewer) -> Briefing:
    """A new briefing, as a draft."""
    _check(plan)
    briefing = Briefing(**_columns(plan), created_by_id=by.person.id, state=DRAFT)
    session.add(briefing)
    record("briefings.composed", briefing)
    return briefing


def change(briefing: Briefing, plan: Plan, texts: Sequence[EditorialText], *, version: int) -> Briefing:
    """Replace plan and sections; raises Conflict when somebody changed the briefing in the meantime."""
    if briefing.state != DRAFT:
        raise RuleBroken("", _("An issued briefing is frozen."))
    if briefing.lock_version != version:
        raise Conflict(
            _("Somebody else changed this briefing in the meantime. Your text is below; compare and save again.")
        )
    _check(plan)
    if len(texts) > MOST_SECTIONS:
        raise RuleBroken("", _("At most %(count)s sections.", count=MOST_SECTIONS))
    for name, value in _columns(plan).items():
        setattr(briefing, name, value)
    for old in queries.sections(briefing.id):
        session.delete(old)
    session.flush()
    for position, text in enumerate(texts, 1):
        session.add(
            Section(
                briefing_id=briefing.id,
                position=position,
                title=text.title.strip(),
                lede=text.lede.strip(),
                text=text.text,
                source=text.source.strip(),
            )
        )
    briefing.lock_version += 1
    record("briefings.changed", briefing, sections=len(texts))
    return briefing


def issue(briefing: Briefing, *, by: Viewer) -> int:
    """Freeze the briefing and ask for one edition per store and language; the number of editions."""
    if briefing.state != DRAFT:
        raise RuleBroken("", _("This briefing was issued already."))
    stores = Audience.from_json(briefing.audience).stores()
    if not stores:
        raise RuleBroken("", _("No store belongs to this audience."))
    briefing.state, briefing.issued_at = ISSUED, clock.now()
    briefing.content = {"sections": [_frozen(section) for section in queries.sections(briefing.id)]}
    session.flush()
    made = []
    spoken = _languages_of([store.id for store in stores])
    default = by.distributor.language
    for store in stores:
        for language in sorted({default} | spoken.get(store.id, set())):
            edition = Edition(briefing_id=briefing.id, store_id=store.id, language=language, state=WAITING, missing=[])
            session.add(edition)
            made.append(edition)
    session.flush()
    for edition in made:
        enqueue("briefings.render", arguments={"edition_id": edition.id}, key=f"edition-{edition.id}")
    record("briefings.issued", briefing, editions=len(made))
    briefing_issued.send(None, briefing_id=briefing.id)
    return len(made)


def withdraw(briefing: Briefing, reason: str) -> Briefing:
    """Stores do not see it any more; the record and the PDFs stay."""
    if briefing.state != ISSUED:
        raise RuleBroken("", _("Only an issued briefing can be withdrawn."))
    if not reason.strip():
        raise RuleBroken("reason", _("Please say why."))
    briefing.state, briefing.withdrawn_reason = WITHDRAWN, reason.strip()[:500]
    record("briefings.withdrawn", briefing)
    return briefing


def render_again(briefing: Briefing) -> int:
    """Ask once more for the editions that failed."""
    failed = session.scalars(select(Edition).where(Edition.briefing_id == briefing.id, Edition.state == FAILED)).all()
    for edition in failed:
        edition.state, edition.error = WAITING, ""
        enqueue("briefings.render", arguments={"edition_id": edition.id})
    record("briefings.rendered_again", briefing, editions=len(failed))
    return len(failed)


def go_on(briefing: Briefing) -> int:
    """See to it that every edition which is not made yet has a job; how many there are."""
    if briefing.state != ISSUED:
        raise RuleBroken("", _("This briefing was withdrawn."))
    waiting = select(Edition).where(Edition.briefing_id == briefing.id, Edition.state != READY)
    editions = session.scalars(waiting).all()
    for edition in editions:
        edition.state, edition.error = WAITING, ""
        arguments = {"edition_id": edition.id}
        if enqueue("briefings.render", arguments=arguments, key=f"edition-{edition.id}").is_over:
            enqueue("briefings.render", arguments=arguments)
    return len(editions)


def note_download(edition: Edition) -> None:
    """The store has it."""
    if edition.downloaded_at is None:
        edition.downloaded_at = clock.now()
        record("briefings.downloaded", edition)


def tell_store(edition: Edition) -> None:
    """Tell the store's people who read this language that their edition is there."""
    default = session.get_one(Distributor, current_scope().distributor_id).language
    members = members_of_stores([edition.store_id])
    readers = [m for m in members if (m.person.language or default) == edition.language]
    title = _l("New briefing: %(title)s", title=edition.briefing.title)
    notify("briefings.issued", to=readers, title=title, url=f"/briefings/{edition.briefing_id}")


def _check(plan: Plan) -> None:
    if not plan.title.strip():
        raise RuleBroken("title", _("A briefing needs a title."))
    if plan.kind not in KINDS:
        raise RuleBroken("kind", _("Unknown kind of briefing."))
    if plan.period_end < plan.period_start:
        raise RuleBroken("period_end", _("The last day must not come before the first."))
    if (plan.period_end - plan.period_start).days > LONGEST_PERIOD_DAYS:
        raise RuleBroken("period_end", _("At most %(days)s days.", days=LONGEST_PERIOD_DAYS))


def _columns(plan: Plan) -> dict[str, object]:
    return {
        "title": plan.title.strip(),
        "subtitle": plan.subtitle.strip(),
        "kind": plan.kind,
        "period_start": plan.period_start,
        "period_end": plan.period_end,
        "audience": (plan.audience or Audience()).as_json(),
    }


def _frozen(section: Section) -> dict[str, str]:
    return {"title": section.title, "lede": section.lede, "text": section.text, "source": section.source}


def _languages_of(store_ids: Sequence[int]) -> dict[int, set[str]]:
    """The languages that the people of each store have chosen."""
    spoken: dict[int, set[str]] = {}
    for member in members_of_stores(store_ids):
        if member.person.language and member.store_id is not None:
            spoken.setdefault(member.store_id, set()).add(member.person.language)
    return spoken


__all__ = [
    "READY",
    "EditorialText",
    "Plan",
    "change",
    "compose",
    "issue",
    "note_download",
    "render_again",
    "tell_store",
    "withdraw",
]
