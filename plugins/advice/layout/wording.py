"""How a layout is said on cards and lists."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from plugins.advice.layout.pages import said_move
from plugins.advice.proposals.words import Words
from portal.api import money


def title_of(said: Mapping[str, Any]) -> str:
    others = said["count"] - 1
    if not others:
        return said_move(said)
    return ngettext("%(move)s, and %(num)s more move", "%(move)s, and %(num)s more moves", others, move=said_move(said))


def words_of(said: Mapping[str, Any], _risk: Decimal | None) -> Words:
    return Words(
        title=title_of(said),
        body=_(
            "More shoppers pass what earns most. The model expects between %(low)s and %(high)s a month more.",
            low=money(Decimal(said["low"])),
            high=money(Decimal(said["high"])),
        ),
        action=_("See the plan"),
    )
