"""Texts in the reader's language, found by one look-up each: a page says hundreds."""

from __future__ import annotations

from typing import Any

from babel.support import NullTranslations
from flask import Flask, g
from flask_babel import Domain, get_domain


class Texts(Domain):
    """Keeps the catalogue of a request's language where flask_babel keeps the language, and drops it with that.

    Of itself flask_babel asks for its context and the language's name several times a text.
    """

    def get_translations(self) -> NullTranslations:
        """The catalogue of the language that is read right now."""
        known = _known()
        if known is None:
            known = super().get_translations()
            if g:
                g._flask_babel.babel_translations = known
        return known  # type: ignore[no-any-return]


def catalogue() -> Any:
    """The catalogue of the acting application in the language that is read right now."""
    return _known() or get_domain().get_translations()


def _known() -> Any:
    try:
        return g._flask_babel.babel_translations
    except (AttributeError, RuntimeError):  # nothing was said yet, or outside of any application
        return None


def init_app(app: Flask) -> None:
    """Let the application's texts come this way; call after flask_babel."""
    babel = app.extensions["babel"]
    babel.instance.domain_instance = Texts(domain=babel.default_domain)
