"""Forms: they check shape, services check the rules."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from portal.api import PortalForm
from [[ package ]].services import LONGEST_TEXT, NewNote


class NoteForm(PortalForm):
    """A note to a store."""

    store = StringField(_l("Store number"), [DataRequired(), Length(max=40)])
    text = TextAreaField(_l("What the store is to know or to do"), [DataRequired(), Length(max=LONGEST_TEXT)])

    def new_note(self) -> NewNote:
        """What was typed, for the service."""
        return NewNote(str(self.store.data).strip(), str(self.text.data).strip())
