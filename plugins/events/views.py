"""Pages of events."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from plugins.events import queries, services
from plugins.events.forms import KIND_TITLES, CancelForm, EventForm, SignUpForm, StoreSignUpForm
from plugins.events.models import Event, Registration
from portal.api import Audience, Conflict, NotFound, RuleBroken, clock, current_viewer, requires, session

blueprint = Blueprint("events", __name__)
SEE, PLAN, JOIN = "events.see", "events.plan", "events.join"


@blueprint.get("/")
@requires(SEE)
def index() -> str:
    """The desk's list of events, or what a store is invited to."""
    viewer = current_viewer()
    if viewer.store is not None:
        invited = queries.coming_for_store(viewer.store.id, now=clock.now())
        declined = queries.declined(viewer.store.id, [item.event.id for item in invited])
        return render_template(
            "events/for_store.html", invited=invited, declined=declined, kinds=KIND_TITLES, now=clock.now()
        )
    page = queries.page_of_events(request.args.get("state", ""), request.args.get("cursor"))
    return render_template(
        "events/index.html",
        page=page,
        counts=queries.counts([event.id for event in page]),
        kinds=KIND_TITLES,
        state=request.args.get("state", ""),
    )


@blueprint.get("/<int:event_id>")
@requires(SEE)
def show(event_id: int) -> str:
    """One event: for a store to sign up, for the desk to see who comes."""
    viewer = current_viewer()
    event = queries.visible(event_id, viewer)
    if viewer.store is not None:
        mine = queries.live_registration(event.id, viewer.store.id)
        form = SignUpForm(attendees=mine.attendees if mine else [viewer.person.name])
        return _store_page(event, mine, form)
    return _desk_page(event)


def _store_page(event: Event, mine: Registration | None, form: SignUpForm) -> str:
    return render_template(
        "events/show_store.html",
        event=event,
        mine=mine,
        form=form,
        line=queries.place_in_line(mine) if mine else 0,
        declined=mine is None and bool(queries.declined(current_viewer().membership.store_id or 0, [event.id])),
        kinds=KIND_TITLES,
        is_open=event.is_open(clock.now()),
    )


def _desk_page(event: Event, form: StoreSignUpForm | None = None) -> str:
    return render_template(
        "events/show_desk.html",
        event=event,
        rows=queries.registrations(event.id),
        invited=queries.counts([event.id])[event.id][0],
        audience=Audience.from_json(event.audience).describe(),
        kinds=KIND_TITLES,
        form=form or _store_form(),
        cancel_form=CancelForm(),
        is_open=event.is_open(clock.now()),
    )


def _store_form() -> StoreSignUpForm:
    form = StoreSignUpForm()
    form.store_id.choices = [
        SelectChoice(store.id, f"{store.number} {store.name}") for store in services.stores_to_sign_up()
    ]
    return form


@blueprint.post("/<int:event_id>/registration")
@requires(JOIN)
def sign_up(event_id: int) -> Response | tuple[str, int]:
    """The store signs up, or changes who comes."""
    viewer = current_viewer()
    event = queries.visible(event_id, viewer)
    if viewer.store is None:
        raise NotFound
    mine = queries.live_registration(event.id, viewer.store.id)
    form = SignUpForm()
    if form.validate_on_submit():
        try:
            if mine is None:
                mine = services.sign_up(event, viewer.store.id, form.attendees.data, by=viewer)
            else:
                services.change_attendees(event, mine, form.attendees.data)
            flash(_said(mine), "success" if mine.state == "confirmed" else "warning")
            return redirect(url_for("events.show", event_id=event.id))
        except (RuleBroken, Conflict) as error:
            form.refuse(error if isinstance(error, RuleBroken) else RuleBroken("attendees", error.message))
    return _store_page(event, mine, form), 422


def _said(registration: Registration) -> str:
    if registration.state == "confirmed":
        return _("Your store has signed up. See you there!")
    return _("All seats are taken. Your store stands on the waiting list and hears as soon as seats are free.")


@blueprint.post("/<int:event_id>/registration/cancel")
@requires(JOIN)
def cancel_registration(event_id: int) -> Response:
    """The store does not come after all."""
    viewer = current_viewer()
    event = queries.visible(event_id, viewer)
    mine = queries.live_registration(event.id, viewer.store.id) if viewer.store else None
    if mine is None:
        raise NotFound
    services.cancel_registration(event, mine)
    flash(_("Your sign-up is cancelled."), "success")
    return redirect(url_for("events.show", event_id=event.id))


@blueprint.post("/<int:event_id>/decline")
@requires(JOIN)
def decline(event_id: int) -> Response:
    """The store says no."""
    viewer = current_viewer()
    event = queries.visible(event_id, viewer)
    if viewer.store is None:
        raise NotFound
    services.decline(event, viewer.store.id)
    flash(_("Thank you for telling us."), "success")
    return redirect(url_for("events.index"))


@blueprint.route("/new", methods=["GET", "POST"])
@requires(PLAN)
def new() -> Response | str | tuple[str, int]:
    """Plan an event."""
    form = EventForm()
    if form.validate_on_submit():
        try:
            event = services.plan_event(form.plan(), by=current_viewer())
            session.flush()
            flash(_("The draft is saved. Publish it when it is ready."), "success")
            return redirect(url_for("events.show", event_id=event.id))
        except RuleBroken as error:
            form.refuse(error)
    page = render_template("events/edit.html", form=form, event=None)
    return (page, 422) if request.method == "POST" else page


@blueprint.route("/<int:event_id>/edit", methods=["GET", "POST"])
@requires(PLAN)
def edit(event_id: int) -> Response | str | tuple[str, int]:
    """Change the plan."""
    event = queries.visible(event_id, current_viewer())
    form = EventForm(event)
    if form.validate_on_submit():
        try:
            services.change_event(event, form.plan())
            flash(_("The event is changed."), "success")
            return redirect(url_for("events.show", event_id=event.id))
        except RuleBroken as error:
            form.refuse(error)
    page = render_template("events/edit.html", form=form, event=event)
    return (page, 422) if request.method == "POST" else page


@blueprint.post("/<int:event_id>/publish")
@requires(PLAN)
def publish(event_id: int) -> Response:
    """Invite the stores."""
    services.publish_event(queries.visible(event_id, current_viewer()))
    flash(_("The event is published and the stores are invited."), "success")
    return redirect(url_for("events.show", event_id=event_id))


@blueprint.post("/<int:event_id>/close")
@requires(PLAN)
def close(event_id: int) -> Response:
    """End the sign-up."""
    services.close_event(queries.visible(event_id, current_viewer()))
    flash(_("Sign-up is closed."), "success")
    return redirect(url_for("events.show", event_id=event_id))


@blueprint.post("/<int:event_id>/cancel")
@requires(PLAN)
def cancel(event_id: int) -> Response | tuple[str, int]:
    """Call the event off."""
    event = queries.visible(event_id, current_viewer())
    form = CancelForm()
    if not form.validate_on_submit():
        flash(_("Please write a reason that the stores can read."), "error")
        return _desk_page(event), 422
    services.cancel_event(event, reason=form.reason.data or "")
    flash(_("The event is cancelled and everybody who signed up is told."), "success")
    return redirect(url_for("events.show", event_id=event_id))


@blueprint.post("/<int:event_id>/stores")
@requires(PLAN)
def sign_store_up(event_id: int) -> Response | tuple[str, int]:
    """Our person signs a store up."""
    viewer = current_viewer()
    event = queries.visible(event_id, viewer)
    form = _store_form()
    if form.validate_on_submit():
        try:
            services.sign_up(event, form.store_id.data, form.attendees.data, by=viewer)
            flash(_("The store is signed up."), "success")
            return redirect(url_for("events.show", event_id=event_id))
        except (RuleBroken, Conflict) as error:
            form.refuse(error if isinstance(error, RuleBroken) else RuleBroken("store_id", error.message))
    return _desk_page(event, form), 422
