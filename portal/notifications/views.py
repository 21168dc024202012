"""Messages to a person, how the person wants to be told, and the mails of development."""

from __future__ import annotations

from datetime import time
from email.message import EmailMessage
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.access import open_to_all, signed_in
from portal.accounts.viewer import current_viewer
from portal.errors import NotFound
from portal.notifications import mail, queries, services
from portal.notifications.forms import AT_ONCE, DAILY, WishesForm
from portal.notifications.kinds import kinds_for
from portal.redirects import is_own_path

blueprint = Blueprint("notifications", __name__, url_prefix="/notifications")
dev_blueprint = Blueprint("dev", __name__, url_prefix="/dev")


@blueprint.get("")
@signed_in
def index() -> str:
    """The latest messages."""
    page = queries.page_of_messages(current_viewer(), request.args.get("cursor"))
    return render_template("notifications/index.html", page=page, language=str(get_locale()))


@blueprint.post("/<int:note_id>")
@signed_in
def open_message(note_id: int) -> Response:
    """Read one message, and go where it leads."""
    viewer = current_viewer()
    note = queries.message(note_id, viewer)
    services.mark_read(viewer, note)
    return redirect(note.url if is_own_path(note.url) else url_for("notifications.index"))


@blueprint.post("/read")
@signed_in
def read_all() -> Response:
    """All of it has been read."""
    services.mark_read(current_viewer())
    return redirect(url_for("notifications.index"))


@blueprint.get("/settings")
@signed_in
def settings() -> str:
    """Which kinds by mail, when, and the quiet hours."""
    viewer = current_viewer()
    person, kinds, wishes = viewer.person, kinds_for(viewer), queries.wishes(viewer)
    form = WishesForm(
        kinds,
        mail=[kind.name for kind in kinds if wishes.get((kind.name, services.MAIL), kind.mail_by_default)],
        rhythm=DAILY if person.digest else AT_ONCE,
        hour=person.digest_hour,
        quiet_from=time.fromisoformat(person.quiet_from),
        quiet_until=time.fromisoformat(person.quiet_until),
    )
    return render_template("notifications/settings.html", form=form)


@blueprint.post("/settings")
@signed_in
def save_settings() -> Any:
    """Keep them."""
    viewer = current_viewer()
    form = WishesForm(kinds_for(viewer))
    if not form.validate_on_submit() or form.quiet_from.data is None or form.quiet_until.data is None:
        return render_template("notifications/settings.html", form=form), 422
    chosen = set(form.mail.data or ())
    services.keep_wishes(viewer, {kind.name: kind.name in chosen for kind in kinds_for(viewer)})
    services.set_rhythm(
        viewer.person,
        digest_hour=form.hour.data if form.rhythm.data == DAILY else None,
        quiet=(form.quiet_from.data, form.quiet_until.data),
    )
    flash(_("Saved."), "success")
    return redirect(url_for("notifications.settings"))


@dev_blueprint.get("/mail")
@open_to_all
def mails() -> str:
    """Mails that no server took: in the demo and in development only."""
    if not (current_app.config["DEMO"] or current_app.config["DEVELOPMENT"]) or current_app.config["SMTP_URL"]:
        raise NotFound
    return render_template("notifications/dev_mail.html", mails=[(m, _text(m)) for _name, m in mail.kept_mails()])


def _text(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    return str(part.get_content()) if part is not None else ""
