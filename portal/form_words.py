"""What a form says when something is wrong: in our words where our catalogue has them, else in WTForms' own."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.support import NullTranslations, Translations
from flask_babel import get_domain, get_locale
from flask_babel import lazy_gettext as _l

OURS = (
    _l("This field is required."),
    _l("Not a valid choice."),
    _l("Not a valid date value."),
    _l("Not a valid datetime value."),
    _l("Not a valid integer value."),
    _l("Not a valid decimal value."),
    _l("Number must be between %(min)s and %(max)s."),
    _l("Number must be at least %(min)s."),
    _l("Number must be at most %(max)s."),
)


class FormWords:
    """The two catalogues as WTForms asks for them; it fills in the numbers itself."""

    def __init__(self, tag: str) -> None:
        self.theirs = _wtforms_catalogue(tag)

    def gettext(self, message: str) -> str:
        """One message."""
        ours = str(get_domain().get_translations().gettext(message))
        return ours if ours != message else str(self.theirs.gettext(message))

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        """One message with a number."""
        return str(self.theirs.ngettext(singular, plural, number))


@lru_cache(maxsize=4)
def _wtforms_catalogue(tag: str) -> NullTranslations:
    import wtforms

    folder = Path(wtforms.__file__).parent / "locale"
    return Translations.load(str(folder), ["zh_Hans" if tag.startswith("zh") else tag, "zh"], "wtforms")


def form_translations() -> Any:
    """WTForms' messages in the reader's language."""
    return FormWords(str(get_locale() or "zh_Hans"))
