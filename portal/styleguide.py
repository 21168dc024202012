"""Sample data for the page that shows every macro: read by plug-in authors, and by the tests of the look."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    DecimalField,
    Form,
    IntegerField,
    MultipleFileField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, NumberRange

from portal import clock
from portal.contracts import CalendarEntry, HomeCard, KeyFigure, TimelineEntry

PICTURE = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 120 90'%3E"
    "%3Crect width='120' height='90' fill='%23a9b8a4'/%3E"
    "%3Cpath d='M14 30l46-16 46 16v40l-46 14-46-14z' fill='%23c79a63'/%3E%3C/svg%3E"
)


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the sample month."""

    date: date
    entries: tuple[CalendarEntry, ...] = ()
    in_month: bool = True
    today: bool = False


@dataclass(frozen=True, slots=True)
class Cursors:
    """The ends of a sample page of a list."""

    previous: str | None = "a"
    next: str | None = "b"


@dataclass(frozen=True, slots=True)
class Case:
    """A row of the sample list."""

    number: str
    title: str
    store: str
    worth: Decimal
    state: str
    left: str


class SampleForm(Form):
    """One field of each kind."""

    product = StringField(validators=[InputRequired()])
    text = TextAreaField()
    quantity = IntegerField(validators=[NumberRange(min=1)])
    unit = SelectField()
    price = DecimalField()
    delivery = SelectField()
    stores = SelectMultipleField()
    expires = DateField()
    meeting = DateTimeLocalField()
    kind = RadioField()
    photos = MultipleFileField()
    agree = BooleanField()
    password = PasswordField()


def _choices(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in pairs]


def sample_form(*, wrong: bool = False, prefix: str = "") -> SampleForm:
    """The form as it opens, or as it comes back with two mistakes."""
    typed = {"product": "", "quantity": "0", "text": _("The lower case is wet.")}
    sent = MultiDict((prefix + name, value) for name, value in typed.items()) if wrong else None
    form = SampleForm(sent, prefix=prefix, data={"quantity": 12, "kind": "broken"})
    for name, label in _labels().items():
        form[name].label.text = label
    form.unit.choices = _choices([("bottle", _("bottles")), ("case", _("cases"))])
    form.delivery.choices = _choices([("27", _("Delivery note 0311-27, 9 cases")), ("", _("No delivery note"))])
    form.stores.choices = _choices([("0001", "0001"), ("0002", "0002"), ("0003", "0003")])
    form.kind.choices = _choices(
        [("broken", _("Broken")), ("expired", _("Expired")), ("missing", _("Missing goods")), ("other", _("Other"))]
    )
    form.text.description = _("What is printed beside the date helps us to find the batch.")
    if wrong:
        form.product.errors = [_("Please say which product it is.")]
        form.quantity.errors = [_("Please write a number above 0.")]
    return form


def _labels() -> dict[str, str]:
    return {
        "product": _("Product"),
        "text": _("What happened?"),
        "quantity": _("How many"),
        "unit": _("Unit"),
        "price": _("Price"),
        "delivery": _("Delivery"),
        "stores": _("Stores"),
        "expires": _("Expires on"),
        "meeting": _("When"),
        "kind": _("What is wrong"),
        "photos": _("Photos"),
        "agree": _("A colleague may come in my place"),
        "password": _("Password"),
    }


def samples() -> dict[str, Any]:
    """Everything the style guide shows, around this moment."""
    now = clock.now().replace(minute=0, second=0, microsecond=0)
    return {
        "now": now,
        "advice": _advice(now),
        "cards_of_today": _cards(now),
        "price": Decimal(640),
        "figures": _figures(),
        "entries": _timeline(now),
        "dates": _agenda(now),
        "weeks": _weeks(now),
        "cases": _cases(),
        "cursors": Cursors(),
        "pictures_of_case": _pictures(),
        "form": sample_form(),
        "wrong_form": sample_form(wrong=True, prefix="wrong-"),
    }


def _bars() -> Markup:
    return Markup(
        '<svg class="sw-svg" viewBox="0 0 328 26" role="img"><title>{}</title><rect class="own" x="0" y="6" '
        'width="105" height="14" rx="2"/><text class="b" x="112" y="18">{}</text></svg>'
    ).format(_("1.6 days of cover, next delivery in 2.7 days"), _("1.6 days"))


def _advice(now: datetime) -> list[HomeCard]:
    why = Markup("{} <b>53</b>, {} <b>33</b>.").format(_("Bottles left:"), _("sold a day:"))
    return [
        HomeCard(
            _("Order 12 cases of iced tea 500 ml"), why, "#order", _("See order"), "package", _("Inventory"),
            "#skip", _("Skip"), due=now + timedelta(hours=6), gain=Decimal(640), period="month", chart=_bars(),
            section="advice",
        ),
        HomeCard(
            _("Yogurt 200 g: half price on the second, or exchange"),
            _("At today's pace 26 cups will be left (cost ¥286)."),
            "#expiry", _("Choose a way"), "calendar-due", _("Near expiry"), "#skip", _("Skip"),
            due=now + timedelta(days=1), risk=Decimal(286), section="advice",
        ),
    ]  # fmt: skip


def _cards(now: datetime) -> list[HomeCard]:
    return [
        HomeCard(
            _("12 soda bottles broken"), _("12 bottles will be delivered."), "#case", _("See it"), "message-report",
            _("in progress"), due=now + timedelta(hours=5), state="run",
        ),
        HomeCard(
            _("Zhou Qiming visits"), _("About 40 minutes: near expiry and cooler."), "#visit",
            _("Yes, please come"), "map-pin", _("Visit"), "#other", _("Other time"), section="next", state="wait",
        ),
    ]  # fmt: skip


def _figures() -> list[KeyFigure]:
    return [
        KeyFigure(_("On hand"), "53", _("bottles")),
        KeyFigure(_("Sold a day"), "33"),
        KeyFigure(_("Days of cover"), "1.6", comparison=_("similar stores: 4.2"), state="soon"),
    ]


def _timeline(now: datetime) -> list[TimelineEntry]:
    return [
        TimelineEntry(now, _("12 soda bottles broken"), "message-report", _("solved by 17:30"), "#case", "run"),
        TimelineEntry(now - timedelta(days=3), _("Briefing read"), "file-check", state="ok"),
        TimelineEntry(now - timedelta(days=6), _("Rebate 6 days late"), "cash", _("we have apologised"), state="late"),
    ]


def _agenda(now: datetime) -> list[CalendarEntry]:
    hour = timedelta(hours=1)
    return [
        CalendarEntry("a", now + timedelta(days=1), now + timedelta(days=1) + hour, _("Zhou Qiming visits"), "map-pin"),
        CalendarEntry(
            "b", now + timedelta(days=3), now + timedelta(days=3) + 3 * hour, _("Summer drinks order meeting"),
            "users-group", "#event", _("Chengdong, floor 2"), state="ok",
        ),
        CalendarEntry(
            "c", now + timedelta(days=4), now + timedelta(days=5), _("Sign-up closes"), "clock", all_day=True,
        ),
    ]  # fmt: skip


def _weeks(now: datetime) -> list[list[Day]]:
    first = now.date().replace(day=1)
    start = first - timedelta(days=first.weekday())
    entries = _agenda(now)
    days = [start + timedelta(days=offset) for offset in range(35)]
    made = [
        Day(day, tuple(e for e in entries if e.starts_at.date() == day), day.month == first.month, day == now.date())
        for day in days
    ]
    return [made[week : week + 7] for week in range(0, 35, 7)]


def _cases() -> list[Case]:
    return [
        Case("C-0312-02", _("Yogurt cups swollen, 8"), _("Hexi Supermarket"), Decimal(286), "late", _("35 min over")),
        Case("C-0312-04", _("2 cases of biscuits missing"), _("Chenguang Shop"), Decimal(96), "soon", _("22 min left")),
        Case("C-0311-06", _("12 soda bottles broken"), _("Linli Convenience"), Decimal(36), "run", _("5 h left")),
        Case("C-0309-03", _("Biscuits with 40 days left"), _("Xincun Market"), Decimal(120), "wait", _("paused")),
    ]


def _pictures() -> list[dict[str, str]]:
    alts = (_("Broken case"), _("Leaking bottle"))
    return [{"thumb_url": PICTURE, "url": "#picture", "alt": alt, "caption": "0.4 MB"} for alt in alts]
