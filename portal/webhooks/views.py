"""The administrator's pages of web hooks."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import clock
from portal.access import requires
from portal.accounts.own import keep_to_show, take_to_show
from portal.errors import RuleBroken
from portal.notifications.kinds import MANAGE
from portal.outbound import failure_in_words
from portal.webhooks import queries, services
from portal.webhooks.events import PING, events_on_offer, title_of
from portal.webhooks.forms import HookForm
from portal.webhooks.models import WAITING, WebHook

blueprint = Blueprint("web_hooks", __name__, url_prefix="/admin/web-hooks")
SECRET = "web_hook"  # noqa: S105 (the kind of what is shown once, not a secret)


@blueprint.get("")
@requires(MANAGE)
def index() -> str:
    """All web hooks, and how each does."""
    return render_template("webhooks/index.html", hooks=queries.all_hooks())


@blueprint.get("/new")
@requires(MANAGE)
def new() -> str:
    """The form of a new one."""
    return _form_page(HookForm(events_on_offer()))


@blueprint.post("/new")
@requires(MANAGE)
def add() -> Any:
    """Add it, show its secret once, and send a test."""
    form = HookForm(events_on_offer())
    if form.validate_on_submit():
        try:
            hook, secret = services.add_hook(form.plan())
            keep_to_show(SECRET, hook.id, secret)
            return redirect(url_for("web_hooks.show", hook_id=hook.id))
        except RuleBroken as error:
            form.refuse(error)
    return _form_page(form), 422


def _form_page(form: HookForm, hook: WebHook | None = None) -> str:
    return render_template("webhooks/form.html", form=form, hook=hook)


@blueprint.get("/<int:hook_id>")
@requires(MANAGE)
def show(hook_id: int) -> str:
    """One web hook: how it does, and its last deliveries."""
    hook = queries.hook(hook_id)
    deliveries = queries.latest_deliveries(hook_id)
    titles = {name: title_of(name) for name in {*hook.events, *(row.event for row in deliveries)} - {PING}}
    return render_template(
        "webhooks/show.html",
        hook=hook,
        deliveries=deliveries,
        titles=titles | {PING: _("Test")},
        secret=take_to_show(SECRET, hook_id),
        former_until=services.former_secret_until(hook, clock.now()),
        reason=failure_in_words,
        waits=bool(deliveries) and deliveries[0].state == WAITING and deliveries[0].tries == 0,
    )


@blueprint.get("/<int:hook_id>/edit")
@requires(MANAGE)
def edit(hook_id: int) -> str:
    """The form with what is kept."""
    hook = queries.hook(hook_id)
    return _form_page(HookForm(events_on_offer(), name=hook.name, url=hook.url, events=hook.events), hook)


@blueprint.post("/<int:hook_id>/edit")
@requires(MANAGE)
def change(hook_id: int) -> Any:
    """Keep what was changed."""
    hook = queries.hook(hook_id)
    form = HookForm(events_on_offer())
    if form.validate_on_submit():
        try:
            services.change_hook(hook, form.plan())
            flash(_("Saved."), "success")
            return redirect(url_for("web_hooks.show", hook_id=hook_id))
        except RuleBroken as error:
            form.refuse(error)
    return _form_page(form, hook), 422


@blueprint.post("/<int:hook_id>/test")
@requires(MANAGE)
def test(hook_id: int) -> Response:
    """Send a test."""
    services.send_test(queries.hook(hook_id))
    flash(_("A test is on its way."), "success")
    return redirect(url_for("web_hooks.show", hook_id=hook_id))


@blueprint.post("/<int:hook_id>/deliveries/<int:delivery_id>/again")
@requires(MANAGE)
def again(hook_id: int, delivery_id: int) -> Response:
    """Send the same delivery once more."""
    services.send_again(queries.delivery(hook_id, delivery_id))
    flash(_("It is on its way."), "success")
    return redirect(url_for("web_hooks.show", hook_id=hook_id))


@blueprint.get("/<int:hook_id>/secret")
@requires(MANAGE)
def ask_to_renew(hook_id: int) -> str:
    """What a new secret means."""
    return render_template("webhooks/renew.html", hook=queries.hook(hook_id))


@blueprint.post("/<int:hook_id>/secret")
@requires(MANAGE)
def renew(hook_id: int) -> Response:
    """Make a new secret, and show it once."""
    keep_to_show(SECRET, hook_id, services.renew_secret(queries.hook(hook_id)))
    return redirect(url_for("web_hooks.show", hook_id=hook_id))


@blueprint.post("/<int:hook_id>/former-secret/end")
@requires(MANAGE)
def end_former(hook_id: int) -> Response:
    """From now on deliveries are signed with the new secret alone."""
    services.end_former_secret(queries.hook(hook_id))
    flash(_("The former secret is no longer valid."), "success")
    return redirect(url_for("web_hooks.show", hook_id=hook_id))


@blueprint.post("/<int:hook_id>/on")
@requires(MANAGE)
def switch_on(hook_id: int) -> Response:
    """From now on it hears of what happens."""
    return _switched(hook_id, active=True)


@blueprint.post("/<int:hook_id>/off")
@requires(MANAGE)
def switch_off(hook_id: int) -> Response:
    """It hears of nothing; what it is set to stays."""
    return _switched(hook_id, active=False)


def _switched(hook_id: int, *, active: bool) -> Response:
    services.switch(queries.hook(hook_id), active=active)
    flash(_("Switched on.") if active else _("Switched off."), "success")
    return redirect(url_for("web_hooks.show", hook_id=hook_id))


@blueprint.get("/<int:hook_id>/remove")
@requires(MANAGE)
def ask_to_remove(hook_id: int) -> str:
    """Whether it is really meant."""
    return render_template("webhooks/remove.html", hook=queries.hook(hook_id))


@blueprint.post("/<int:hook_id>/remove")
@requires(MANAGE)
def remove(hook_id: int) -> Response:
    """It is gone."""
    hook = queries.hook(hook_id)
    services.remove(hook)
    flash(_("%(name)s is removed.", name=hook.name), "success")
    return redirect(url_for("web_hooks.index"))
