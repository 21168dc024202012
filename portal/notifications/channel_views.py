"""The administrator's pages of channels: chats and services that hear of what happens."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import clock
from portal.access import requires
from portal.accounts.viewer import current_viewer
from portal.errors import RuleBroken
from portal.forms import PortalForm
from portal.notifications import channel_queries as queries
from portal.notifications import channels
from portal.notifications.forms import ChannelForm
from portal.notifications.kinds import MANAGE, kind_named, kinds_for_channels
from portal.notifications.models import WAITING, Channel
from portal.outbound import failure_in_words

blueprint = Blueprint("channels", __name__, url_prefix="/admin/channels")


@blueprint.get("")
@requires(MANAGE)
def index() -> str:
    """All channels, and how the mails do."""
    return render_template(
        "notifications/channels.html", channels=queries.all_channels(), mails=queries.mails_by_state(clock.now())
    )


@blueprint.get("/new")
@requires(MANAGE)
def new() -> str:
    """The form of a new channel."""
    return _form_page(ChannelForm(kinds_for_channels(), language=current_viewer().distributor.language))


@blueprint.post("/new")
@requires(MANAGE)
def add() -> Any:
    """Add it, and send a test message."""
    form = ChannelForm(kinds_for_channels())
    if form.validate_on_submit():
        try:
            channel = channels.add_channel(form.plan())
            flash(_("%(name)s is added. A test message is on its way.", name=channel.name), "success")
            return redirect(url_for("channels.show", channel_id=channel.id))
        except RuleBroken as error:
            form.refuse(error)
    return _form_page(form), 422


def _form_page(form: PortalForm, channel: Channel | None = None) -> str:
    return render_template("notifications/channel_form.html", form=form, channel=channel)


@blueprint.get("/<int:channel_id>")
@requires(MANAGE)
def show(channel_id: int) -> str:
    """One channel: how it does, what it hears of, what it was told last."""
    channel = queries.channel(channel_id)
    posts = queries.latest_posts(channel_id)
    kinds = [kind.title for name in channel.kinds if (kind := kind_named(name))]
    waits = bool(posts) and posts[0].state == WAITING and posts[0].tries == 0
    return render_template(
        "notifications/channel.html",
        channel=channel,
        posts=posts,
        kinds=kinds,
        waits=waits,
        reason=failure_in_words,
    )


@blueprint.get("/<int:channel_id>/edit")
@requires(MANAGE)
def edit(channel_id: int) -> str:
    """The form with what is kept; the address is not shown again."""
    channel = queries.channel(channel_id)
    return _form_page(
        ChannelForm(
            kinds_for_channels(),
            name=channel.name,
            ours=channel.kinds,
            theirs=channel.kinds,
            language=channel.language,
        ),
        channel,
    )


@blueprint.post("/<int:channel_id>/edit")
@requires(MANAGE)
def change(channel_id: int) -> Any:
    """Keep what was changed."""
    channel = queries.channel(channel_id)
    form = ChannelForm(kinds_for_channels())
    if form.validate_on_submit():
        try:
            channels.change_channel(channel, form.plan())
            flash(_("Saved."), "success")
            return redirect(url_for("channels.show", channel_id=channel_id))
        except RuleBroken as error:
            form.refuse(error)
    return _form_page(form, channel), 422


@blueprint.post("/<int:channel_id>/test")
@requires(MANAGE)
def test(channel_id: int) -> Response:
    """Send a test message."""
    channels.send_test(queries.channel(channel_id))
    flash(_("A test message is on its way."), "success")
    return redirect(url_for("channels.show", channel_id=channel_id))


@blueprint.post("/<int:channel_id>/posts/<int:post_id>/again")
@requires(MANAGE)
def again(channel_id: int, post_id: int) -> Response:
    """Send a message that was given up once more."""
    channels.send_again(queries.post(channel_id, post_id))
    flash(_("It is on its way."), "success")
    return redirect(url_for("channels.show", channel_id=channel_id))


@blueprint.post("/<int:channel_id>/on")
@requires(MANAGE)
def switch_on(channel_id: int) -> Response:
    """From now on it hears of what happens."""
    return _switched(channel_id, active=True)


@blueprint.post("/<int:channel_id>/off")
@requires(MANAGE)
def switch_off(channel_id: int) -> Response:
    """It hears of nothing; what it is set to stays."""
    return _switched(channel_id, active=False)


def _switched(channel_id: int, *, active: bool) -> Response:
    channels.switch(queries.channel(channel_id), active=active)
    flash(_("Switched on.") if active else _("Switched off."), "success")
    return redirect(url_for("channels.show", channel_id=channel_id))


@blueprint.get("/<int:channel_id>/remove")
@requires(MANAGE)
def ask_to_remove(channel_id: int) -> str:
    """Whether it is really meant."""
    return render_template("notifications/channel_remove.html", channel=queries.channel(channel_id))


@blueprint.post("/<int:channel_id>/remove")
@requires(MANAGE)
def remove(channel_id: int) -> Response:
    """It is gone."""
    channel = queries.channel(channel_id)
    channels.remove(channel)
    flash(_("%(name)s is removed.", name=channel.name), "success")
    return redirect(url_for("channels.index"))
