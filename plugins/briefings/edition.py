"""What one edition holds: editorial text, what every active plug-in contributes, and how it becomes a PDF."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template
from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import Markup

from plugins.briefings import queries
from plugins.briefings.models import ISSUED, Briefing
from portal.api import (
    BRIEFING_STYLESHEET,
    PRINT_WIDTHS,
    BriefingQuery,
    BriefingSection,
    Distributor,
    PdfDocument,
    Scope,
    Span,
    Store,
    acting_for,
    draw,
    draw_shelf,
    local_date,
    markdown_to_html,
    render_document,
    the_host,
)

TAGS = {"zh_Hans": "zh-Hans", "en": "en"}
ON_COVER = 3
PHONE, DESK = 296, 640  # the width that a chart has on the screen, in pixels

Draws = Callable[[BriefingSection], tuple[Markup, ...]]


@dataclass(frozen=True, slots=True)
class Part:
    """One section as it stands on paper or on the screen."""

    anchor: str
    title: str
    lede: str = ""
    body: Markup | None = None
    contributed: BriefingSection | None = None
    drawings: tuple[Markup, ...] = ()
    source: str = ""

    @property
    def is_personal(self) -> bool:
        """Whether it is about one store alone."""
        return self.contributed is not None and self.contributed.personal


@dataclass(frozen=True, slots=True)
class Content:
    """Everything of one edition, in order; `missing` names the plug-ins whose part could not be produced."""

    parts: tuple[Part, ...]
    missing: tuple[str, ...] = field(default=())

    @property
    def worth(self) -> Decimal:
        """What the store can gain in a month by all that stands here."""
        return sum((p.contributed.worth or Decimal(0) for p in self.parts if p.contributed), Decimal(0))

    @property
    def highlights(self) -> tuple[tuple[str, str], ...]:
        """The first figures about this store, each with its words, for the cover."""
        figures = [f for p in self.parts if p.contributed and p.is_personal for f in p.contributed.figures]
        return tuple(
            (f"{f.value} {f.unit}".strip(), " · ".join(str(text) for text in (f.label, f.comparison) if text))
            for f in figures[:ON_COVER]
        )


@dataclass(frozen=True, slots=True)
class Paper:
    """One edition before it is laid out: nothing more is asked of the database."""

    document: PdfDocument
    missing: tuple[str, ...]

    def render(self) -> Rendered:
        """Lay it out, which takes seconds; raises PdfFailed."""
        rendered = render_document(self.document)
        return Rendered(rendered.pdf, rendered.pages, self.missing)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished PDF."""

    pdf: bytes
    pages: int
    missing: tuple[str, ...]


def on_paper(section: BriefingSection) -> tuple[Markup, ...]:
    """The section's charts as print has them."""
    width = PRINT_WIDTHS["a4"]["half" if len(section.charts) > 1 else "full"]
    return tuple(draw(chart, theme="print", width=width) for chart in section.charts)


def on_screen(section: BriefingSection) -> tuple[Markup, ...]:
    """The section's charts twice, narrow and wide, so that their texts are as large as the text around them."""
    both = Markup('<div class="d-md-none">{}</div><div class="d-none d-md-block">{}</div>')
    return tuple(both.format(draw(chart, width=PHONE), draw(chart, width=DESK)) for chart in section.charts)


def content_of(
    briefing: Briefing, store: Store | None, language: str, distributor: Distributor, draws: Draws = on_screen
) -> Content:
    """The content for a store (None: the common part), in a language; asks every active plug-in, contained."""
    with force_locale(language):
        editorial = _editorial(briefing)
        with acting_for(Scope(distributor.id)):  # what is said to all says the same to each, as in the PDF
            collected = the_host().collect(
                "briefing_sections", BriefingQuery(None, _span(briefing, distributor), language)
            )
        items, failures = list(collected.items), list(collected.failures)
        if store is not None:
            own = the_host().collect("briefing_sections", BriefingQuery(store, _span(briefing, distributor), language))
            known = {(plugin, section.key) for plugin, section in items}
            items += [(plugin, s) for plugin, s in own.items if (plugin, s.key) not in known]
            failures += own.failures
        contributed = [_contributed(plugin, section, draws(section)) for plugin, section in sorted(items, key=_place)]
        missing = tuple(dict.fromkeys(str(failure.title) for failure in failures))
    return Content((*editorial, *contributed), missing)


def _place(item: tuple[str, BriefingSection]) -> tuple[bool, int, str]:
    plugin, section = item
    return (not section.personal, section.order, f"{plugin}.{section.key}")


def _editorial(briefing: Briefing) -> list[Part]:
    texts: Sequence[dict[str, Any]] = (
        briefing.content.get("sections", ())
        if briefing.state == ISSUED
        else [
            {"title": s.title, "lede": s.lede, "text": s.text, "source": s.source}
            for s in queries.sections(briefing.id)
        ]
    )
    return [
        Part(f"text-{place}", t["title"], t["lede"], markdown_to_html(t["text"]), source=t["source"])
        for place, t in enumerate(texts, 1)
    ]


def _contributed(plugin: str, section: BriefingSection, drawings: tuple[Markup, ...]) -> Part:
    return Part(
        f"{plugin}-{section.key}",
        str(section.title),
        str(section.lede),
        contributed=section,
        drawings=drawings,
        source=_("; ").join(str(source) for source in section.sources),
    )


def _span(briefing: Briefing, distributor: Distributor) -> Span:
    """The period, and the six weeks after it, because what is coming belongs into a briefing too."""
    zone = ZoneInfo(distributor.timezone)
    start = datetime.combine(briefing.period_start, time(), zone).astimezone(UTC)
    end = datetime.combine(briefing.period_end + timedelta(days=43), time(), zone).astimezone(UTC)
    return Span(start, end)


def paper_of(briefing: Briefing, store: Store | None, language: str, distributor: Distributor) -> Paper:
    """Everything that the PDF of one edition holds."""
    content = content_of(briefing, store, language, distributor, on_paper)
    with force_locale(language):
        html = render_template(
            "briefings/paper.html",
            briefing=briefing,
            store=store,
            distributor=distributor,
            content=content,
            period=period_text(briefing),
            imprint=_imprint(briefing, distributor),
            art=draw_shelf(_("Shelves of a shop"), issue=briefing.id, gain=content.worth > 0),
        )
        title = f"{briefing.title} · {store.name}" if store else briefing.title
    document = PdfDocument(
        html=html,
        stylesheet=BRIEFING_STYLESHEET.read_text(encoding="utf-8"),
        language=TAGS.get(language, language),
        title=title,
        created_at=briefing.issued_at,
    )
    return Paper(document, content.missing)


def period_text(briefing: Briefing) -> str:
    """The period in words."""
    first, last = (local_date(day, year=True, near=False) for day in (briefing.period_start, briefing.period_end))
    return f"{first} – {last}"


def _imprint(briefing: Briefing, distributor: Distributor) -> list[str]:
    issued = local_date(briefing.issued_at, year=True, near=False) if briefing.issued_at else _("Draft")
    return [
        _("%(distributor)s · issued %(day)s", distributor=distributor.name, day=issued),
        _("For this store only. Figures come from its own data and from sources named beside them."),
    ]
