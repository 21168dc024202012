"""Pages of meetings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from plugins.meetings import queries, services
from plugins.meetings.forms import KIND_TITLES, PLACE_TITLES, BookForm, CancelForm, StoreBookForm, WindowsForm
from plugins.meetings.models import LENGTHS_MINUTES
from portal.api import (
    Audience,
    Conflict,
    Membership,
    NotFound,
    RuleBroken,
    clock,
    current_viewer,
    day_asked,
    local_date,
    local_time,
    requires,
    role_title,
    session,
)

blueprint = Blueprint("meetings", __name__)
SEE, BOOK, HOST = "meetings.see", "meetings.book", "meetings.host"


@blueprint.get("/")
@requires(SEE)
def index() -> str:
    """What lies ahead, and whom one can book."""
    viewer = current_viewer()
    return render_template(
        "meetings/index.html",
        coming=queries.coming(viewer),
        past=queries.past(viewer, request.args.get("cursor")),
        hosts=queries.hosts(viewer),
        role_title=role_title,
        kinds=KIND_TITLES,
        places=PLACE_TITLES,
    )


@blueprint.route("/book/<int:membership_id>", methods=["GET", "POST"])
@requires(BOOK)
def book(membership_id: int) -> Response | str | tuple[str, int]:
    """Choose a free time of one of our people."""
    viewer = current_viewer()
    host = queries.host(membership_id)
    form = BookForm() if viewer.store else _form_for_staff()
    length = _length(form.length_minutes.data if request.method == "POST" else request.args.get("length"))
    if request.method == "GET":
        form.length_minutes.data = str(length)
    if form.validate_on_submit():
        try:
            meeting = services.book(_wish(host, form), _store_id(form), by=viewer)
            session.flush()
            flash(_("Booked. It stands in your calendar."), "success")
            return redirect(url_for("meetings.show", meeting_id=meeting.id))
        except Conflict as error:
            form.refuse(RuleBroken("starts_at", error.message))
        except RuleBroken as error:
            form.refuse(error)
    return _book_page(host, form, length)


def _book_page(host: Membership, form: BookForm, length: int) -> str | tuple[str, int]:
    viewer = current_viewer()
    free = queries.free_slots(host.id, first=day_asked("from"), length=timedelta(minutes=length))
    days = _by_day(free, viewer.distributor.timezone)
    form.starts_at.choices = [SelectChoice(slot.isoformat(), local_time(slot)) for slot in free]
    first = day_asked("from") or clock.today(viewer.distributor.timezone)
    page = render_template(
        "meetings/book.html",
        host=host,
        form=form,
        days=days,
        length=length,
        lengths=LENGTHS_MINUTES,
        later=(first + timedelta(days=14)).isoformat(),
    )
    return (page, 422) if request.method == "POST" else page


def _form_for_staff() -> StoreBookForm:
    form = StoreBookForm()
    form.store_id.choices = [SelectChoice(store.id, f"{store.number} {store.name}") for store in Audience().stores()]
    return form


def _store_id(form: BookForm) -> int:
    viewer = current_viewer()
    if viewer.store is not None:
        return viewer.store.id
    return int(form.store_id.data) if isinstance(form, StoreBookForm) else 0


def _wish(host: Membership, form: BookForm) -> services.Wish:
    return services.Wish(
        host_membership_id=host.id,
        starts_at=datetime.fromisoformat(form.starts_at.data),
        length_minutes=int(form.length_minutes.data or 30),
        kind=form.kind.data,
        place=form.place.data,
        topic=form.topic.data or "",
    )


def _by_day(slots: Sequence[datetime], zone: str) -> list[tuple[str, list[tuple[str, str]]]]:
    days: dict[date, list[tuple[str, str]]] = {}
    for slot in slots:
        days.setdefault(slot.astimezone(ZoneInfo(zone)).date(), []).append((slot.isoformat(), local_time(slot)))
    return [(local_date(day), times) for day, times in days.items()]


def _length(text: str | None) -> int:
    return next((length for length in LENGTHS_MINUTES if str(length) == text), LENGTHS_MINUTES[0])


@blueprint.get("/<int:meeting_id>")
@requires(SEE)
def show(meeting_id: int) -> str:
    """One meeting."""
    return _page(meeting_id, CancelForm())


def _page(meeting_id: int, form: CancelForm) -> str:
    meeting = queries.meeting(meeting_id)
    return render_template(
        "meetings/show.html",
        meeting=meeting,
        form=form,
        kinds=KIND_TITLES,
        places=PLACE_TITLES,
        is_ahead=meeting.state == "booked" and meeting.starts_at > clock.now(),
    )


@blueprint.post("/<int:meeting_id>/cancel")
@requires(SEE)
def cancel(meeting_id: int) -> Response | tuple[str, int]:
    """Call the meeting off."""
    viewer = current_viewer()
    meeting = queries.meeting(meeting_id)
    if viewer.is_store_side:
        viewer.must(BOOK)
    form = CancelForm()
    if form.validate_on_submit():
        try:
            services.cancel(meeting, reason=form.reason.data or "", by=viewer)
            flash(_("The meeting is cancelled and the other side is told."), "success")
            return redirect(url_for("meetings.index"))
        except RuleBroken as error:
            form.refuse(error)
    return _page(meeting_id, form), 422


@blueprint.route("/hours", methods=["GET", "POST"])
@requires(HOST)
def hours() -> Response | str | tuple[str, int]:
    """When one can be booked."""
    viewer = current_viewer()
    if viewer.is_store_side:
        raise NotFound
    form = WindowsForm()
    if request.method == "GET":
        form.show(queries.windows(viewer.membership.id))
    elif form.validate_on_submit():
        windows = form.windows()
        if windows is not None:
            try:
                services.set_windows(viewer.membership, windows)
                flash(_("Your hours are saved."), "success")
                return redirect(url_for("meetings.index"))
            except RuleBroken as error:
                form.refuse(error)
    page = render_template("meetings/hours.html", form=form)
    return (page, 422) if request.method == "POST" else page
