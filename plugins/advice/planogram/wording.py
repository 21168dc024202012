"""How a planogram is said on cards and lists."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from plugins.advice.proposals.words import Words
from portal.api import money


def title_of(said: Mapping[str, Any]) -> str:
    return ngettext(
        "%(fixture)s: another place for %(num)s product",
        "%(fixture)s: another place for %(num)s products",
        said["count"],
        fixture=said["fixture"],
    )


def words_of(said: Mapping[str, Any], _risk: Decimal | None) -> Words:
    return Words(
        title=title_of(said),
        body=_(
            "%(product)s gets %(after)s instead of %(before)s facings. The model expects between %(low)s and %(high)s a month more.",
            product=said["name"],
            after=said["after"],
            before=said["before"],
            low=money(Decimal(said["low"])),
            high=money(Decimal(said["high"])),
        ),
        action=_("See the drawing"),
    )
