"""What stands on the first page: every plug-in's cards, the most urgent and most valuable first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import ngettext

from portal import clock
from portal.accounts.viewer import Viewer
from portal.contracts import HomeCard
from portal.host import the_host
from portal.i18n import money

FAR = datetime.max.replace(tzinfo=UTC)
TOP = 3


@dataclass(frozen=True, slots=True)
class TodayPage:
    """Cards by section; what the advice is worth in all, and what of it lies behind the fold."""

    now: datetime
    advice: tuple[HomeCard, ...]
    more_advice: tuple[HomeCard, ...]
    open: tuple[HomeCard, ...]
    next: tuple[HomeCard, ...]
    news: tuple[HomeCard, ...]
    worth: Decimal
    more_worth: Decimal

    @property
    def things_to_do(self) -> int:
        """How many cards ask for something, those behind the fold among them."""
        return len(self.advice) + len(self.more_advice) + len(self.open)


def todays_page(viewer: Viewer) -> TodayPage:
    """Ask every plug-in and put the answers in order: by deadline, then by worth."""
    cards = sorted(the_host().collect("home_cards", viewer), key=_urgency)
    advice = tuple(card for card in cards if card.section == "advice")
    return TodayPage(
        now=clock.now(),
        advice=advice[:TOP],
        more_advice=advice[TOP:],
        open=_section(cards, "open"),
        next=_section(cards, "next"),
        news=_section(cards, "news"),
        worth=_worth(advice),
        more_worth=_worth(advice[TOP:]),
    )


def headline(page: TodayPage) -> str:
    """The title that is the answer: how many things, and what they are worth."""
    if not page.things_to_do:
        return _("Nothing to do right now")
    things = ngettext("%(num)s thing to do", "%(num)s things to do", page.things_to_do)
    if page.worth <= 0:
        return things
    return _("%(things)s, worth about %(amount)s this month", things=things, amount=money(page.worth))


def greeting(viewer: Viewer) -> str:
    """The name and the time of day."""
    hour = clock.now().astimezone(ZoneInfo(viewer.distributor.timezone)).hour
    name = viewer.person.name
    if hour < 11:
        return _("Good morning, %(name)s", name=name)
    if hour < 18:
        return _("Good afternoon, %(name)s", name=name)
    return _("Good evening, %(name)s", name=name)


def _worth(cards: tuple[HomeCard, ...]) -> Decimal:
    """What the cards' tags say in all: money to gain, or a loss to avoid."""
    return sum((card.gain or card.risk or Decimal(0) for card in cards), Decimal(0))


def _section(cards: list[HomeCard], section: str) -> tuple[HomeCard, ...]:
    return tuple(card for card in cards if card.section == section)


def _urgency(card: HomeCard) -> tuple[int, datetime, Decimal]:
    return (card.priority, card.due or FAR, -(card.gain or card.risk or Decimal(0)))
