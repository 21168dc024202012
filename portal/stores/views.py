"""Pages of stores: the list, one store's whole relationship, the contact bench."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from portal import clock
from portal.access import requires
from portal.accounts.viewer import current_viewer
from portal.contracts import Span
from portal.errors import RuleBroken
from portal.host import the_host
from portal.stores import queries, services
from portal.stores.forms import ContactForm, HandoverForm, StoreForm, format_title
from portal.stores.models import FORMATS, TIERS, Contact, Store
from portal.stores.queries import StoreFilter

blueprint = Blueprint("stores", __name__, url_prefix="/stores")
SHOWN = timedelta(days=120)
ENTRIES = 60


@blueprint.get("")
@requires("portal.see_stores")
def index() -> str:
    """The stores this person looks after or may see."""
    wanted = StoreFilter(
        words=request.args.get("q", "").strip(),
        region=request.args.get("region", ""),
        format=request.args.get("format", ""),
        tier=request.args.get("tier", ""),
        only_active=not request.args.get("all"),
    )
    page = queries.page_of_stores(wanted, request.args.get("cursor"))
    return render_template(
        "stores/index.html",
        page=page,
        count=queries.count_of(wanted),
        thin=queries.thin_benches([store.id for store in page]),
        wanted=wanted,
        regions=queries.regions(),
        formats={key: format_title(key) for key in FORMATS},
        tiers=TIERS,
    )


@blueprint.get("/mine")
@requires("portal.see_own_store")
def mine() -> str:
    """A store's own page, as its people see it."""
    viewer = current_viewer()
    assert viewer.store is not None
    return _page(viewer.store)


@blueprint.get("/<int:store_id>")
@requires("portal.see_stores")
def show(store_id: int) -> str:
    """The whole relationship with one store in one timeline."""
    return _page(queries.store(store_id))


def _page(store: Store) -> str:
    until = clock.now() + timedelta(minutes=1)
    days = min(max(request.args.get("days", SHOWN.days, type=int), 30), 1500)
    span = Span(until - timedelta(days=days), until)
    timeline = queries.timeline(store, span)
    return render_template(
        "stores/show.html",
        store=store,
        format_title=format_title,
        bench=queries.bench(store.id),
        enough=queries.ENOUGH_CONTACTS,
        rep=queries.rep_of(store),
        signals=list(the_host().collect("store_signals", store, span)),
        timeline=timeline[:ENTRIES],
        more=len(timeline) > ENTRIES or days < 1500,
        days=days,
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires("portal.edit_stores")
def new() -> Response | str | tuple[str, int]:
    """Add a store."""
    form = StoreForm()
    if form.validate_on_submit():
        try:
            store = services.add_store(form.details())
            flash(_("The store is added."), "success")
            return redirect(url_for("stores.show", store_id=store.id))
        except RuleBroken as error:
            form.refuse(error)
    page = render_template("stores/edit.html", form=form, store=None)
    return (page, 422) if request.method == "POST" else page


@blueprint.route("/<int:store_id>/edit", methods=["GET", "POST"])
@requires("portal.edit_stores")
def edit(store_id: int) -> Response | str | tuple[str, int]:
    """Change a store."""
    store = queries.store(store_id)
    form = StoreForm(obj=store)
    if form.validate_on_submit():
        try:
            services.change_store(store, form.details())
            flash(_("The store is changed."), "success")
            return redirect(url_for("stores.show", store_id=store.id))
        except RuleBroken as error:
            form.refuse(error)
    page = render_template("stores/edit.html", form=form, store=store)
    return (page, 422) if request.method == "POST" else page


@blueprint.route("/<int:store_id>/contacts/new", methods=["GET", "POST"])
@requires("portal.edit_contacts")
def new_contact(store_id: int) -> Response | str | tuple[str, int]:
    """Somebody joins the bench."""
    store = queries.store(store_id)
    form = ContactForm()
    if form.validate_on_submit():
        try:
            services.add_contact(store, form.details())
            flash(_("The contact is added."), "success")
            return redirect(url_for("stores.show", store_id=store.id))
        except RuleBroken as error:
            form.refuse(error)
    page = render_template("stores/contact.html", form=form, store=store, contact=None)
    return (page, 422) if request.method == "POST" else page


@blueprint.route("/contacts/<int:contact_id>", methods=["GET", "POST"])
@requires("portal.edit_contacts")
def edit_contact(contact_id: int) -> Response | str | tuple[str, int]:
    """Change what is known of somebody."""
    contact = queries.contact(contact_id)
    store = queries.store(contact.store_id)
    form = ContactForm(obj=contact)
    if form.validate_on_submit():
        try:
            services.change_contact(contact, form.details())
            flash(_("The contact is changed."), "success")
            return redirect(url_for("stores.show", store_id=store.id))
        except RuleBroken as error:
            form.refuse(error)
    page = render_template("stores/contact.html", form=form, store=store, contact=contact)
    return (page, 422) if request.method == "POST" else page


@blueprint.route("/contacts/<int:contact_id>/handover", methods=["GET", "POST"])
@requires("portal.edit_contacts")
def handover(contact_id: int) -> Response | str | tuple[str, int]:
    """Somebody leaves: who takes over, and what the successor should know."""
    contact = queries.contact(contact_id)
    store = queries.store(contact.store_id)
    people = {
        person.id: person for person in queries.bench(store.id) if person.left_on is None and person.id != contact.id
    }
    form = _handover_form(people)
    if form.validate_on_submit() and form.left_on.data:
        try:
            successor = people.get(form.successor_id.data)
            services.hand_over(contact, left_on=form.left_on.data, successor=successor, note=form.note.data or "")
            flash(_("The handover is recorded."), "success")
            return redirect(url_for("stores.show", store_id=store.id))
        except RuleBroken as error:
            form.refuse(error)
    page = render_template("stores/handover.html", form=form, store=store, contact=contact)
    return (page, 422) if request.method == "POST" else page


def _handover_form(people: dict[int, Contact]) -> HandoverForm:
    form = HandoverForm()
    choices = [SelectChoice(str(person.id), person.name) for person in people.values()]
    form.successor_id.choices = [SelectChoice("", _("Nobody yet")), *choices]
    return form
