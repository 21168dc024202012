"""The forms of questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from plugins.advice.library.forms import KIND_TITLES
from plugins.advice.models import KINDS
from plugins.advice.questions.models import QuestionOwner
from plugins.advice.questions.services import LONGEST_REASON, LONGEST_TEXT
from portal.api import Membership, PortalForm

NOBODY = 0
STARS = {5: _l("Very good"), 4: _l("Good"), 3: _l("Fair"), 2: _l("Poor"), 1: _l("No help")}


class _WithPictures(PortalForm):
    pictures = MultipleFileField(_l("Photos"))

    def uploads(self) -> list[FileStorage]:
        """The files that were chosen."""
        return [upload for upload in self.pictures.data or () if isinstance(upload, FileStorage) and upload.filename]


class AskForm(_WithPictures):
    """What a store wants to know; what may be chosen is checked by the service."""

    kind = RadioField(
        _l("What is it about"),
        [InputRequired(_l("Please tap what it is about."))],
        choices=[SelectChoice(kind, KIND_TITLES[kind]) for kind in KINDS],
        validate_choice=False,
    )
    text = TextAreaField(
        _l("Your question"),
        [DataRequired(_l("Please say in a few words what you want to know.")), Length(max=LONGEST_TEXT)],
    )


class SayForm(_WithPictures):
    """What is said; `kind` is the button that sent it."""

    text = TextAreaField(_l("Message"), [Length(max=LONGEST_TEXT)])
    kind = StringField()


class RatingForm(PortalForm):
    """How good the answer was."""

    rating = RadioField(
        _l("How much did the answer help?"),
        [InputRequired(_l("Please tap one."))],
        choices=[SelectChoice(stars, title) for stars, title in STARS.items()],
        coerce=int,
    )
    reason = TextAreaField(_l("What was good, what was missing?"), [Length(max=LONGEST_REASON)])


class OwnerForm(PortalForm):
    """Who answers a question."""

    owner = SelectField(_l("Owner"), coerce=int)

    def offer(self, members: Sequence[Membership], owner_id: int | None) -> None:
        """The people to choose from; shows who owns it now."""
        self.owner.choices = [SelectChoice(member.id, member.person.name) for member in members]
        if not self.is_submitted():
            self.owner.data = owner_id


class OwnersForm(PortalForm):
    """Who answers which kind."""

    layout = SelectField(KIND_TITLES["layout"], coerce=int)
    display = SelectField(KIND_TITLES["display"], coerce=int)
    fit_out = SelectField(KIND_TITLES["fit_out"], coerce=int)
    inventory = SelectField(KIND_TITLES["inventory"], coerce=int)
    cost_control = SelectField(KIND_TITLES["cost_control"], coerce=int)
    advertising = SelectField(KIND_TITLES["advertising"], coerce=int)
    shopper_engagement = SelectField(KIND_TITLES["shopper_engagement"], coerce=int)
    new_profit = SelectField(KIND_TITLES["new_profit"], coerce=int)

    def __init__(self, members: Sequence[Membership], owners: Mapping[str, QuestionOwner]) -> None:
        super().__init__()
        people = [SelectChoice(member.id, member.person.name) for member in members]
        for kind in KINDS:
            self[kind].choices = [SelectChoice(NOBODY, _l("Whoever of the experts has the least to answer")), *people]
            if not self.is_submitted():
                owner = owners.get(kind)
                self[kind].data = owner.membership_id if owner else NOBODY

    def chosen(self) -> dict[str, int | None]:
        """The membership for each kind."""
        return {kind: self[kind].data or None for kind in KINDS}
