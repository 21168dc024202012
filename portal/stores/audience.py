"""Whom something is meant for: stores by format, tier, region, or by name. Publishing writes one row per store of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice

from portal.db import db
from portal.errors import RuleBroken
from portal.stores import queries
from portal.stores.models import FORMATS, TIERS, Store


@dataclass(frozen=True, slots=True)
class Audience:
    """Stores that meet every non-empty condition; with `store_ids` these stores only; all empty means every store."""

    formats: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    store_ids: tuple[int, ...] = ()

    @classmethod
    def from_json(cls, value: Mapping[str, Any] | None) -> Audience:
        """From what as_json() gave."""
        value = value or {}
        return cls(*(tuple(value.get(name, ())) for name in ("formats", "tiers", "regions", "store_ids")))

    def as_json(self) -> dict[str, Any]:
        """As a column of type dict[str, Any] keeps it."""
        return {name: list(values) for name, values in asdict(self).items()}

    def includes(self, store: Store) -> bool:
        """Whether the store belongs to it."""
        if self.store_ids:
            return store.id in self.store_ids
        conditions = ((self.formats, store.format), (self.tiers, store.tier), (self.regions, store.region))
        return store.active and all(not wanted or value in wanted for wanted, value in conditions)

    def stores(self) -> Sequence[Store]:
        """The active stores that belong to it, inside the walls, by number."""
        statement = select(Store).where(Store.active.is_(True)).order_by(Store.number)
        if self.store_ids:
            return db.session.scalars(statement.where(Store.id.in_(self.store_ids))).all()
        for column, wanted in ((Store.format, self.formats), (Store.tier, self.tiers), (Store.region, self.regions)):
            if wanted:
                statement = statement.where(column.in_(wanted))
        return db.session.scalars(statement).all()

    def describe(self) -> str:
        """In words, for a list."""
        from portal.stores.forms import format_title

        if self.store_ids:
            return _("%(count)s chosen stores", count=len(self.store_ids))
        parts = [*self.regions, *(format_title(key) for key in self.formats), *self.tiers]
        return " · ".join(parts) if parts else _("All stores")


class AudienceFields:
    """The fields of an audience, to be mixed into a PortalForm; call `fill_audience()` once and read `audience()`."""

    audience_regions = SelectMultipleField(_l("Regions"))
    audience_formats = SelectMultipleField(_l("Store formats"))
    audience_tiers = SelectMultipleField(_l("Tiers"), choices=[SelectChoice(tier, tier) for tier in TIERS])
    audience_stores = StringField(_l("Only these stores (numbers, separated by commas)"))

    def fill_audience(self, audience: Audience | None = None) -> None:
        """Offer the distributor's regions and formats, and show `audience` when the form is first opened."""
        from portal.stores.forms import FORMAT_TITLES

        self.audience_regions.choices = [SelectChoice(region, region) for region in queries.regions()]
        self.audience_formats.choices = [SelectChoice(key, str(FORMAT_TITLES[key])) for key in FORMATS]
        if audience is None:
            return
        self.audience_regions.data = list(audience.regions)
        self.audience_formats.data = list(audience.formats)
        self.audience_tiers.data = list(audience.tiers)
        if audience.store_ids:
            numbers = db.session.scalars(
                select(Store.number).where(Store.id.in_(audience.store_ids)).order_by(Store.number)
            )
            self.audience_stores.data = ", ".join(numbers)

    def audience(self) -> Audience:
        """What was chosen; raises RuleBroken for a store number that does not exist."""
        text = (self.audience_stores.data or "").replace("，", ",").replace("、", ",")
        numbers = [part.strip() for part in text.split(",") if part.strip()]
        return Audience(
            formats=tuple(self.audience_formats.data or ()),
            tiers=tuple(self.audience_tiers.data or ()),
            regions=tuple(self.audience_regions.data or ()),
            store_ids=_ids_of(numbers),
        )


def _ids_of(numbers: Sequence[str]) -> tuple[int, ...]:
    found = {store.number: store.id for store in db.session.scalars(select(Store).where(Store.number.in_(numbers)))}
    unknown = [number for number in numbers if number not in found]
    if unknown:
        raise RuleBroken("audience_stores", _("Unknown store number: %(numbers)s", numbers=", ".join(unknown)))
    return tuple(sorted(found.values()))
