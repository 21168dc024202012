"""Whom something is meant for, as programs say it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from sqlalchemy import select

from portal.db import db
from portal.errors import RuleBroken
from portal.stores.audience import Audience
from portal.stores.models import FORMATS, TIERS, Store
from portal.web_api.fields import Choice, Text, many


class AudienceSchema(ma.Schema):
    """Stores that meet every condition given; with `stores` these alone; nothing given means every store."""

    formats = many(Choice(FORMATS), len(FORMATS), load_default=list)
    tiers = many(Choice(TIERS), len(TIERS), load_default=list)
    regions = many(Text(60), 200, load_default=list)
    stores = many(Text(40), 2000, load_default=list, metadata={"description": "numbers of stores"})


def audience_of(values: Mapping[str, Any] | None) -> Audience:
    """The audience that was sent; raises RuleBroken for a store number that is unknown here."""
    if not values:
        return Audience()
    return Audience(
        tuple(values["formats"]), tuple(values["tiers"]), tuple(values["regions"]), _ids_of(values["stores"])
    )


def _ids_of(numbers: list[str]) -> tuple[int, ...]:
    found = {
        store.number: store.id
        for start in range(0, len(numbers), 500)
        for store in db.session.scalars(select(Store).where(Store.number.in_(numbers[start : start + 500])))
    }
    unknown = [number for number in numbers if number not in found]
    if unknown:
        raise RuleBroken("audience.stores", f"unknown store number: {unknown[0]}")
    return tuple(sorted(found.values()))
