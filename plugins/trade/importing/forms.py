"""The forms with which tables come in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from plugins.trade.importing.columns import COLUMNS
from portal.api import PortalForm

KIND_TITLES = {
    "products": _l("Products"),
    "sales": _l("Daily sales"),
    "stock": _l("Stock and batches"),
    "receipts": _l("Receipts, line by line"),
    "planogram": _l("What stands on which shelf"),
}
COLUMN_TITLES = {
    "store": _l("Number of the store"),
    "product": _l("Product code"),
    "name": _l("Name of the product"),
    "barcode": _l("Barcode"),
    "brand": _l("Brand"),
    "own_brand": _l("Our own brand"),
    "category": _l("Category"),
    "pack_size": _l("Units in a pack"),
    "price": _l("Price in the shop"),
    "cost": _l("Cost"),
    "shelf_life_days": _l("Shelf life in days"),
    "width_cm": _l("Width in cm"),
    "height_cm": _l("Height in cm"),
    "depth_cm": _l("Depth in cm"),
    "receipt": _l("Number of the receipt"),
    "day": _l("Date"),
    "units": _l("Units sold"),
    "on_hand": _l("Units on hand"),
    "on_order": _l("Units on their way"),
    "batch": _l("Batch"),
    "expires_on": _l("Ends on"),
    "as_of": _l("Counted on"),
}


class UploadForm(PortalForm):
    """A table of facts."""

    kind = RadioField(_l("What it holds"))
    file = FileField(_l("XLSX or CSV file"), [FileRequired()])

    def offer(self, *, products: bool) -> None:
        """Store people bring sales and stock, the distributor products too."""
        kinds = [kind for kind in KIND_TITLES if products or kind != "products"]
        self.kind.choices = [SelectChoice(kind, KIND_TITLES[kind]) for kind in kinds]
        self.kind.data = self.kind.data or "sales"


def _or_nothing(heading: str | None) -> str:
    return heading or ""


def columns_form(kind: str, head: Sequence[str], guessed: Mapping[str, str], *, own_store: bool) -> PortalForm:
    """For each of our columns a choice among the headings of a file; a store need not say which store it is."""

    class ColumnsForm(PortalForm):
        """Which of their columns is which of ours."""

    for column in COLUMNS[kind]:
        if own_store and column.name == "store":
            continue
        none = _l("Please choose") if column.required else _l("It is not in the file")
        choices = [SelectChoice("", none), *(SelectChoice(heading, heading) for heading in head if heading)]
        setattr(
            ColumnsForm, column.name, SelectField(COLUMN_TITLES[column.name], choices=choices, filters=[_or_nothing])
        )
    form = ColumnsForm()
    if not form.is_submitted():
        for name, heading in guessed.items():
            if name in form:
                form[name].data = heading
    return form


def chosen(kind: str, form: PortalForm) -> dict[str, str]:
    """{our column: their heading} of a form of columns_form()."""
    return {column.name: form[column.name].data or "" for column in COLUMNS[kind] if column.name in form}
