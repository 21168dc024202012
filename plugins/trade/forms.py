"""The forms of trade."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

from portal.api import PortalForm

KIND_TITLES = {"products": _l("Products"), "sales": _l("Daily sales"), "stock": _l("Stock and batches")}
STATE_TITLES = {"moving": _l("Moving"), "slow": _l("Slowing"), "dead": _l("Standing still"), "returned": _l("Returned")}
STATES = {"moving": "ok", "slow": "soon", "dead": "late", "returned": "late"}


class UploadForm(PortalForm):
    """A table of facts."""

    kind = RadioField(_l("What it holds"))
    file = FileField(_l("XLSX or CSV file"), [FileRequired()])

    def offer(self, *, products: bool) -> None:
        """Store people bring sales and stock, the distributor products too."""
        kinds = [kind for kind in KIND_TITLES if products or kind != "products"]
        self.kind.choices = [SelectChoice(kind, KIND_TITLES[kind]) for kind in kinds]
        self.kind.data = self.kind.data or "sales"
