"""The distributor's own settings."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from portal.access import requires
from portal.admin import services
from portal.admin.forms import DistributorForm

blueprint = Blueprint("admin_settings", __name__, url_prefix="/admin/settings")
CONTINENTS = ("Asia/", "Europe/", "America/", "Australia/", "Africa/", "Pacific/")


@blueprint.get("")
@requires("portal.manage_settings")
def index() -> str:
    """Name, language, time zone."""
    return _page(DistributorForm(obj=services.acting_distributor()))


def _page(form: DistributorForm) -> str:
    zones = sorted(zone for zone in available_timezones() if zone.startswith(CONTINENTS))
    return render_template("admin/settings.html", form=form, zones=zones)


@blueprint.post("")
@requires("portal.manage_settings")
def save() -> Any:
    """Keep them."""
    form = DistributorForm()
    if not form.validate_on_submit():
        return _page(form), 422
    services.change_distributor(
        name=form.name.data or "", language=form.language.data, timezone=form.timezone.data or ""
    )
    flash(_("Saved."), "success")
    return redirect(url_for("admin_settings.index"))
