"""The forms with which a store decides and shows what it did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    RadioField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from plugins.advice.models import Proposal
from plugins.advice.proposals.wording import WAY_TITLES
from plugins.trade.api import MOST_UNITS
from portal.api import PortalForm, RuleBroken

LONGEST_NUMBER = 6  # digits of a number of packs


class OrderForm(PortalForm):
    """An order list, decided line by line: a number of packs for each product, 0 for none."""

    note = StringField(_l("Note for your rep"), [Length(max=500)])

    def __init__(self, proposal: Proposal) -> None:
        super().__init__()
        self.lines: Sequence[Mapping[str, Any]] = proposal.evidence["lines"]
        self.packs: dict[int, int] = {}
        self.wrong: dict[int, str] = {}
        self.typed: dict[int, str] = {}

    def packs_of(self, line: Mapping[str, Any]) -> str:
        """What stands in the field of a line: what was typed, else what is advised."""
        return self.typed.get(line["product"], str(line["units"] // line["pack"]))

    def validate(self, extra_validators: Any = None) -> bool:
        """Each number of packs is a whole one."""
        sound = super().validate(extra_validators)
        for line in self.lines:
            product = line["product"]
            self.typed[product] = typed = request.form.get(f"packs-{product}", "0").strip() or "0"
            if not typed.isdecimal() or len(typed) > LONGEST_NUMBER or int(typed) * line["pack"] > MOST_UNITS:
                self.wrong[product] = _("A whole number of packs, please.")
            else:
                self.packs[product] = int(typed)
        if self.wrong:
            self.refuse(RuleBroken("", _("Some lines need another number.")))
        return sound and not self.wrong

    def units(self) -> dict[int, int]:
        """Units by product, of the lines that are ordered."""
        pack = {line["product"]: line["pack"] for line in self.lines}
        return {product: packs * pack[product] for product, packs in self.packs.items() if packs}


class WayForm(PortalForm):
    """What is done about goods that stand there."""

    way = RadioField(_l("What do you do?"))

    def __init__(self, ways: Sequence[str]) -> None:
        super().__init__()
        self.way.choices = [SelectChoice(way, WAY_TITLES[way]) for way in ways]


class BeforeForm(PortalForm):
    """How it is now."""

    before = FileField(_l("A photo of how it is now"), [FileRequired()])


class DoneForm(PortalForm):
    """It is done."""

    proof = FileField(_l("A photo of it"))
