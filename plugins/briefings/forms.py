"""The forms of briefings."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, Form, FormField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from plugins.briefings.models import KINDS, Briefing, Section
from plugins.briefings.services import EditorialText, Plan
from portal.api import Audience, AudienceFields, DayField, PortalForm, clock, current_viewer

KIND_TITLES = {
    "weekly": _l("Weekly note"),
    "monthly": _l("Monthly market briefing"),
    "category": _l("Category special"),
    "festival": _l("Festival special"),
}
EMPTY_SECTIONS = 2


class BriefingForm(AudienceFields, PortalForm):
    """What a briefing is to be."""

    title = StringField(_l("Title"), [DataRequired(), Length(max=200)])
    subtitle = StringField(_l("Subtitle"), [Length(max=200)])
    kind = SelectField(_l("Kind"), choices=[SelectChoice(kind, KIND_TITLES[kind]) for kind in KINDS], default="monthly")
    period_start = DayField(_l("First day"), [InputRequired()])
    period_end = DayField(_l("Last day"), [InputRequired()])

    def __init__(self, briefing: Briefing | None = None) -> None:
        super().__init__(obj=briefing)
        if briefing is None and not self.is_submitted() and self.period_start.data is None:
            today = clock.today(current_viewer().distributor.timezone)
            self.period_end.data = today
            self.period_start.data = today - timedelta(days=29)
        self.fill_audience(Audience.from_json(briefing.audience) if briefing and not self.is_submitted() else None)

    def plan(self) -> Plan:
        """What was typed."""
        return Plan(
            title=self.title.data or "",
            subtitle=self.subtitle.data or "",
            kind=self.kind.data,
            period_start=self.period_start.data,  # type: ignore[arg-type]
            period_end=self.period_end.data,  # type: ignore[arg-type]
            audience=self.audience(),
        )


class SectionForm(Form):
    """One editorial section."""

    title = StringField(_l("Heading that states the finding"), [Length(max=200)])
    lede = StringField(_l("In two lines"), [Length(max=400)])
    text = TextAreaField(_l("Text (Markdown)"), [Length(max=40_000)])
    source = StringField(_l("Source and date"), [Length(max=300)])

    def validate_title(self, field: StringField) -> None:
        """A text needs its heading."""
        if not (field.data or "").strip() and (self.text.data or "").strip():
            raise ValidationError(_("Please give this section a heading."))


class EditForm(BriefingForm):
    """Plan and texts on one page."""

    version = HiddenField()
    sections = FieldList(FormField(SectionForm))

    def show(self, briefing: Briefing, sections: list[Section]) -> None:
        """Fill in the present texts, and two empty ones to write in."""
        self.version.data = str(briefing.lock_version)
        while len(self.sections):
            self.sections.pop_entry()
        for section in sections:
            self.sections.append_entry(
                {"title": section.title, "lede": section.lede, "text": section.text, "source": section.source}
            )
        for _place in range(EMPTY_SECTIONS):
            self.sections.append_entry({})

    def texts(self) -> list[EditorialText]:
        """The sections that say something."""
        found = (entry.form for entry in self.sections)
        return [
            EditorialText(f.title.data or "", f.text.data or "", f.lede.data or "", f.source.data or "")
            for f in found
            if (f.title.data or "").strip() or (f.text.data or "").strip()
        ]


class ReasonForm(PortalForm):
    """Why a briefing is withdrawn."""

    reason = TextAreaField(_l("Why?"), [DataRequired(), Length(max=500)])
