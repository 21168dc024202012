"""The ground of all forms: protected, sent once, and filled with what was kept when a session had ended."""

from __future__ import annotations

from typing import Any

from flask import g, request
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField

from portal import once, parked
from portal.errors import RuleBroken
from portal.form_words import form_translations


class PortalForm(FlaskForm):
    """A form with CSRF protection and a key that makes two taps one; refuse(error) shows a broken rule at its field."""

    once_key = HiddenField()

    class Meta(FlaskForm.Meta):
        """Messages of WTForms in the reader's language."""

        def get_translations(self, form: Any) -> Any:
            return form_translations()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._kept = parked.parked_fields() if request.method == "GET" and not args else None
        super().__init__(*((self._kept,) if self._kept else args), **kwargs)
        self.once_key.data = self.once_key.data or once.new_key()

    @property
    def was_kept(self) -> bool:
        """Whether the fields hold what was typed before the session ended."""
        return bool(g.get("form_was_parked"))

    @property
    def sent_or_kept(self) -> MultiDict[str, str] | None:
        """All that was sent, or kept from before the session ended: for rows that are no fields. None on a fresh page."""
        return request.form if self.is_submitted() else self._kept

    def refuse(self, error: RuleBroken) -> None:
        """Show a broken business rule at its field, or over the form."""
        field = self._fields.get(error.field)
        message = str(error.message) or _("This is not possible.")
        if field is None:
            self.form_errors.append(message)
        else:
            field.errors = [*field.errors, message]
