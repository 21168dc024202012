"""A plug-in with a page, a permission and settings, which can be made to fail when it is switched."""

from flask import Blueprint
from wtforms import BooleanField, DateField, DecimalField, Form, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, NumberRange

from portal.api import NavItem, Permission, Plugin, requires, session

pages = Blueprint("shelf", __name__)


@pages.get("/")
@requires("shelf.see")
def index():
    return "the shelf"


class ShelfSettings(Form):
    limit = DecimalField("Limit", [DataRequired(), NumberRange(min=0)])
    since = DateField("Since")
    strict = BooleanField("Strict")
    label = StringField("Label")
    days = SelectMultipleField("Days", choices=[SelectChoice(day, day) for day in ("mo", "tu", "we")])


class Shelf(Plugin):
    name = "shelf"
    title = "Shelf"
    description = "Keeps things in order."
    version = "2.1"
    settings_form = ShelfSettings
    default_settings = {"limit": 10, "strict": True, "label": "", "days": ["mo"]}
    calls: list[tuple[str, str]] = []
    trouble: Exception | None = None

    def blueprints(self):
        return [pages]

    def permissions(self):
        return [Permission("shelf.see", "See the shelf", "distributor", ("manager",))]

    def nav_items(self):
        return [NavItem("Shelf", "shelf.index", "box", "shelf.see", "distributor")]

    def activated(self, distributor):
        _called("on", distributor)

    def deactivated(self, distributor):
        _called("off", distributor)


def _called(what, distributor):
    Shelf.calls.append((what, distributor.slug))
    if Shelf.trouble:
        distributor.name = "half done"
        session.flush()
        raise Shelf.trouble
