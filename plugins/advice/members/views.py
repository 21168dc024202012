"""The page of members: a table goes in, its classes come out, and nothing is kept."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from flask import Blueprint, Response, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import SubmitField

from plugins.advice.members.reading import LOOKS_BACK_DAYS, Members, read_members
from plugins.advice.members.wording import SEGMENT_TITLES, SEGMENT_WORDS
from portal.api import (
    XLSX,
    PortalForm,
    RuleBroken,
    Sheet,
    TableBroken,
    clock,
    current_viewer,
    requires,
    send_bytes,
    write_xlsx,
)

blueprint = Blueprint("advice_members", __name__, url_prefix="/members")
PLAN = "advice.campaigns"
FEWEST = 25  # members, under which fifths of them say nothing


class MembersForm(PortalForm):
    """A table of purchases or of members."""

    file = FileField(_l("XLSX or CSV file"), [FileRequired()])
    as_table = SubmitField(_l("As a table, with the class of each"))


@dataclass(frozen=True, slots=True)
class Segment:
    """A class of members: how many, their share of the money, and how long ago they bought on average."""

    name: str
    members: int
    share: float
    days: float


@blueprint.route("/", methods=["GET", "POST"])
@requires(PLAN)
def index() -> Response | str | tuple[str, int]:
    """What a table says of the store's members."""
    form, members = MembersForm(), None
    if form.validate_on_submit():
        try:
            members = read_members(form.file.data.read(), clock.today(current_viewer().distributor.timezone))
            if not members.errors and len(members.numbers) < FEWEST:
                raise RuleBroken(
                    "file", _("Fewer than %(count)s members bought in the last year: that says nothing.", count=FEWEST)
                )
            if not members.errors and form.as_table.data:
                return _table(members)
        except (TableBroken, RuleBroken) as error:
            form.refuse(error)
            members = None
    page = render_template(
        "advice/members/members.html",
        form=form,
        members=members,
        segments=_segments(members) if members is not None and not members.errors else [],
        titles=SEGMENT_TITLES,
        words=SEGMENT_WORDS,
        days=LOOKS_BACK_DAYS,
    )
    return (page, 422) if form.errors or (members is not None and members.errors) else page


def _segments(members: Members) -> list[Segment]:
    segment, spent = members.classes().segment, np.asarray([float(amount) for amount in members.spent])
    days, total = np.asarray(members.days_since), spent.sum()
    found = []
    for name in SEGMENT_TITLES:
        chosen = segment == name
        if chosen.any():
            share = float(spent[chosen].sum() / total) if total > 0 else 0.0
            found.append(Segment(name, int(chosen.sum()), share, float(days[chosen].mean())))
    return found


def _table(members: Members) -> Response:
    """What the store keeps, as we do not: each member with its scores and class."""
    classes = members.classes()
    head = [
        _("Member number"),
        _("Class"),
        _("Days since the last purchase"),
        _("Purchases"),
        _("Spent"),
        "R",
        "F",
        "M",
    ]
    rows: list[list[str | int | Decimal]] = [
        [number, str(SEGMENT_TITLES[str(segment)]), days, count, spent, int(r), int(f), int(m)]
        for number, segment, days, count, spent, r, f, m in zip(
            members.numbers,
            classes.segment,
            members.days_since,
            members.purchases,
            members.spent,
            classes.recency,
            classes.frequency,
            classes.money,
            strict=True,
        )
    ]
    rows.sort(key=lambda row: (-int(row[5]) - int(row[6]) - int(row[7]), str(row[0])))
    return send_bytes(write_xlsx([Sheet(_("Store members"), head, rows)]), XLSX, "members.xlsx")
