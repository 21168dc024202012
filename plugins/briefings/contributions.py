"""What briefings give to the pages of the portal."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import get_locale
from flask_babel import gettext as _

from plugins.briefings import queries
from plugins.briefings.edition import period_text
from portal.api import HomeCard, SearchHit, Span, Store, TimelineEntry, Viewer

ICON = "file-text"


def home_cards(viewer: Viewer) -> Iterator[HomeCard]:
    """A store's newest briefing."""
    if viewer.store is None:
        return
    language = "en" if str(get_locale()) == "en" else "zh_Hans"
    newest = queries.newest_for_store(language)
    if newest is None:
        return
    yield HomeCard(
        title=newest.briefing.title,
        kind=_("New") if newest.downloaded_at is None else "",
        body=_(
            "%(period)s, %(pages)s pages, made for your store", period=period_text(newest.briefing), pages=newest.pages
        ),
        url=f"/briefings/{newest.briefing_id}",
        action=_("Read"),
        secondary_url=f"/briefings/{newest.briefing_id}/pdf",
        secondary_action=_("Download PDF"),
        icon=ICON,
        section="news",
        state="run" if newest.downloaded_at is None else "",
        priority=65,
    )


def timeline(store: Store, span: Span) -> Iterator[TimelineEntry]:
    """Briefings that reached the store."""
    seen: set[int] = set()
    for edition in queries.of_store(store.id, span):
        if edition.briefing_id in seen or edition.finished_at is None:
            continue
        seen.add(edition.briefing_id)
        title = _("Briefing: %(title)s", title=edition.briefing.title)
        text = _("Downloaded") if edition.downloaded_at else ""
        yield TimelineEntry(edition.finished_at, title, ICON, text, f"/briefings/{edition.briefing_id}")


def search(query: str, viewer: Viewer) -> Iterator[SearchHit]:
    """Briefings by title and text."""
    for briefing in queries.matching(query, viewer):
        yield SearchHit(
            briefing.title, f"/briefings/{briefing.id}", _("Briefing"), ICON, briefing.subtitle, briefing.issued_at
        )
