"""The forms of advice."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from plugins.advice.library.models import Version
from plugins.advice.library.queries import UNSEEN
from plugins.advice.library.services import Draft
from plugins.advice.models import DECLINED, DONE, KINDS, OPEN, Note, Picture
from portal.api import AmountField, Audience, AudienceFields, DayField, LocalDateTimeField, PortalForm, RuleBroken

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


ANSWER_TITLES = {
    UNSEEN: _l("Not opened"),
    OPEN: _l("Open"),
    DONE: _l("Done"),
    DECLINED: _l("Declined"),
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

    change = StringField(_l("What is new, in one line"), [Length(max=200)])
    seen = HiddenField()

    def __init__(self, note: Note | Version | None = None, pictures: Sequence[Picture] = ()) -> None:
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


class PlanForm(PortalForm):
    """When it is published by itself."""

    publish_at = LocalDateTimeField(_l("Publish at"), [DataRequired()])
    tell_again = BooleanField(_l("Tell the stores that have it already"))


class ValidForm(PortalForm):
    """Until when stores are asked to do it."""

    valid_until = DayField(_l("Valid until"), [Optional()])


class CommentForm(PortalForm):
    """Something to say under a note."""

    text = TextAreaField(_l("Comment or question"), [DataRequired(), Length(max=2_000)])


class ReasonForm(PortalForm):
    """Why a store does not do it, or why a note goes back to its author."""

    reason = TextAreaField(_l("Why?"), [DataRequired(), Length(max=500)])
