"""The attributes of form fields, written as WTForms writes them but without its string formatter.

The form of a complaint writes seventy attributes, and that formatter took an eighth of the page.
"""

from __future__ import annotations

from typing import Any

from flask import Flask
from markupsafe import Markup, escape
from wtforms import widgets
from wtforms.widgets import core

QUOTE, QUOTED = '"', "&quot;"


def init_app(_app: Flask) -> None:
    """Let the widgets of WTForms write their attributes this way."""
    core.html_params = widgets.html_params = html_params
    for widget in (core.Input, core.Button):
        widget.html_params = staticmethod(html_params)


def html_params(**attributes: Any) -> Markup:
    """The attributes by their names; True stands alone, False is left out, `aria_` and `data_` become `aria-`, `data-`."""
    parts: list[str] = []
    for key, value in sorted(attributes.items()):
        if value is False:
            continue
        name = str(escape(core.clean_key(key)))
        if value is True:
            parts.append(name)
        else:
            parts.append(f'{name}="{str(escape(value)).replace(QUOTE, QUOTED)}"')
    return Markup(" ".join(parts))  # noqa: S704 - names and values were escaped
