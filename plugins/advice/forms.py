"""The forms of advice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired, MultipleFileField
from wtforms import (
    Form,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from plugins.advice.models import KINDS, Note, Picture, Proposal
from plugins.advice.services import Draft
from plugins.advice.wording import WAY_TITLES
from plugins.trade.api import MOST_UNITS
from portal.api import AmountField, Audience, AudienceFields, PortalForm, RuleBroken

LONGEST_NUMBER = 6  # digits of a number of packs
KIND_TITLES = {
    "layout": _l("Layout"),
    "display": _l("Display"),
    "fit_out": _l("Fit-out"),
    "inventory": _l("Inventory"),
    "cost_control": _l("Cost control"),
    "advertising": _l("Advertising"),
    "shopper_engagement": _l("Shopper engagement"),
    "new_profit": _l("New profit"),
}
KIND_ICONS = {
    "layout": "layout",
    "display": "layout-grid",
    "fit_out": "paint",
    "inventory": "package",
    "cost_control": "coin",
    "advertising": "speakerphone",
    "shopper_engagement": "heart-handshake",
    "new_profit": "trending-up",
}


class NoteForm(AudienceFields, PortalForm, RuleBroken):
    """A note of advice."""

    title = StringField(_l("What to do, in one line"), [DataRequired(), Length(max=120)])
    kind = SelectField(_l("Kind"), choices=[SelectChoice(kind, KIND_TITLES[kind]) for kind in KINDS])
    reason = StringField(_l("Why, in one sentence"), [Length(max=300)])
    text = TextAreaField(_l("How to do it (Markdown)"), [Length(max=50_000)])
    gain = AmountField(_l("Estimated gain for one store"), [Optional(), NumberRange(min=0, max=10_000_000)])
    minutes = IntegerField(_l("Work in the store"), [Optional(), NumberRange(min=1, max=10_000)])
    removed = SelectMultipleField(_l("Remove pictures"), coerce=int)
    pictures = MultipleFileField(_l("Pictures"))

    def __init__(self, note: Note | None = None, pictures: Sequence[Picture] = ()) -> None:
        super().__init__(obj=note)
        self.removed.choices = [SelectChoice(p.position, _("Picture %(number)s", number=p.position)) for p in pictures]
        if note is not None and not self.is_submitted():
            self.pictures.data = []
        self.fill_audience(Audience.from_json(note.audience) if note and not self.is_submitted() else None)

    def draft(self) -> Draft:
        """What was typed."""
        return Draft(
            title=self.title.data or "",
            kind=self.kind.data,
            text=self.text.data or "",
            reason=self.reason.data or "",
            gain=self.gain.data,
            minutes=self.minutes.data,
            audience=self.audience(),
        )


class ReasonForm(PortalForm):
    """Why a store does not do it, or why a note goes back to its author."""

    reason = TextAreaField(_l("Why?"), [DataRequired(), Length(max=500)])


class SupplyForm(Form):
    """How the distributor supplies its stores: what orders and exchanges are computed with."""

    review_days = IntegerField(_l("Days between two deliveries"), [InputRequired(), NumberRange(1, 31)], default=7)
    lead_days = IntegerField(
        _l("Days from the order to its delivery"), [InputRequired(), NumberRange(0, 31)], default=2
    )
    exchange_days = IntegerField(
        _l("Near-expiry goods are exchanged up to so many days before their date"),
        [InputRequired(), NumberRange(0, 180)],
        default=14,
    )
    fill_percent = IntegerField(
        _l("Of what shoppers ask for, a store should have on the shelf (%)"),
        [InputRequired(), NumberRange(80, 99)],
        default=97,
    )


class AdviceSettings(SupplyForm):
    """What the distributor promises to who asks, beside how it supplies."""

    answer_hours = IntegerField(
        _l("Questions are answered within (working hours)"), [InputRequired(), NumberRange(1, 200)], default=8
    )
    work_from = TimeField(_l("Working hours from"), [InputRequired()], default=time(9))
    work_until = TimeField(_l("Working hours until"), [InputRequired()], default=time(18))

    def validate_work_until(self, field: TimeField) -> None:
        """A day ends after it begins."""
        if self.work_from.data and field.data and field.data <= self.work_from.data:
            raise ValidationError(_("Must be later than the beginning."))


class OrderForm(PortalForm):
    """An order list, decided line by line: a number of packs for each product, 0 for none."""

    note = StringField(_l("Note for your rep"), [Length(max=500)])

    def __init__(self, proposal: Proposal) -> None:
        super().__init__()
        self.lines: Sequence[Mapping[str, Any]] = proposal.evidence["lines"]
        self.packs: dict[int, int] = {}
        self.wrong: dict[int, str] = {}
        self.typed: dict[int, str] = {}

    def packs_of(self, line: Mapping[str, Any]) -> str:
        """What stands in the field of a line: what was typed, else what is advised."""
        return self.typed.get(line["product"], str(line["units"] // line["pack"]))

    def validate(self, extra_validators: Any = None) -> bool:
        """Each number of packs is a whole one."""
        sound = super().validate(extra_validators)
        for line in self.lines:
            product = line["product"]
            self.typed[product] = typed = request.form.get(f"packs-{product}", "0").strip() or "0"
            if not typed.isdecimal() or len(typed) > LONGEST_NUMBER or int(typed) * line["pack"] > MOST_UNITS:
                self.wrong[product] = _("A whole number of packs, please.")
            else:
                self.packs[product] = int(typed)
        if self.wrong:
            self.refuse(RuleBroken("", _("Some lines need another number.")))
        return sound and not self.wrong

    def units(self) -> dict[int, int]:
        """Units by product, of the lines that are ordered."""
        pack = {line["product"]: line["pack"] for line in self.lines}
        return {product: packs * pack[product] for product, packs in self.packs.items() if packs}


class WayForm(PortalForm):
    """What is done about goods that stand there."""

    way = RadioField(_l("What do you do?"))

    def __init__(self, ways: Sequence[str]) -> None:
        super().__init__()
        self.way.choices = [SelectChoice(way, WAY_TITLES[way]) for way in ways]


class BeforeForm(PortalForm):
    """How it is now."""

    before = FileField(_l("A photo of how it is now"), [FileRequired()])


class DoneForm(PortalForm):
    """It is done."""

    proof = FileField(_l("A photo of it"))
