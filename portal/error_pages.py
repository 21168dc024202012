"""Errors as pages: what happened, that the work is safe, the next step; an id that the log has too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import structlog
from flask import Flask, g, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy import select
from werkzeug.exceptions import HTTPException

from portal import parked
from portal.accounts.models import Membership, Person, Role
from portal.accounts.viewer import viewer_or_none
from portal.db import db, is_busy, write_intent
from portal.errors import Conflict, NotAllowed, NotFound, RuleBroken, SentBefore
from portal.tenancy import WallError

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What an error page says."""

    code: int
    title: str
    text: str
    error_id: str
    whom_to_ask: str = ""
    next_url: str = "/"
    next_title: str = ""


def init_app(app: Flask) -> None:
    """Register a page for every way in which a request can end badly."""
    app.register_error_handler(NotFound, lambda error: show(404))
    app.register_error_handler(NotAllowed, _forbidden)
    app.register_error_handler(Conflict, lambda error: show(409, text=str(error.message)))
    app.register_error_handler(RuleBroken, _refused)
    app.register_error_handler(CSRFError, _page_too_old)
    app.register_error_handler(SentBefore, _sent_before)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(WallError, _failed)
    app.register_error_handler(Exception, _failed)


def _texts(code: int) -> tuple[str, str]:
    known = {
        400: (
            _("This could not be read"),
            _("Something in the request was not as expected. Please go back and try again."),
        ),
        403: (_("You cannot see this page"), _("Your role does not include this. It can be opened for you.")),
        404: (_("This page was not found"), _("It may have ended or moved.")),
        405: (_("This does not work this way"), _("Please go back and use the buttons on the page.")),
        409: (_("Somebody was quicker"), _("Please look at what is true now, and try again.")),
        413: (_("This is too large"), _("At most %(limit)s MB can be sent at once.", limit=_limit_mb())),
        422: (_("This is not possible"), ""),
        429: (_("Too many tries"), _("Please wait a minute and try again. Nothing is lost.")),
        500: (
            _("Something went wrong on our side"),
            _("What you did before is safe. The people on duty have been told."),
        ),
        503: (_("This part is not available right now"), _("Please try again in a minute. Everything else works.")),
    }
    return known.get(code, known[500] if code >= 500 else known[400])


def _limit_mb() -> int:
    from flask import current_app

    return int(current_app.config["MAX_CONTENT_LENGTH"] // (1024 * 1024))


def show(
    code: int,
    *,
    text: str = "",
    title: str = "",
    whom: str = "",
    next_url: str = "",
    next_title: str = "",
    template: str = "",
) -> Any:
    """The page for an error of this code."""
    usual_title, usual = _texts(code)
    page = ErrorPage(
        code=code,
        title=title or usual_title,
        text=text or usual,
        error_id=g.get("request_id", "-"),
        whom_to_ask=whom,
        next_url=next_url or url_for("home.start"),
        next_title=next_title or _("Back to today"),
    )
    db.session.rollback()
    return make_response(render_template(template or _template(code), error=page), code)


def _template(code: int) -> str:
    return f"errors/{code}.html" if code in {400, 403, 404, 409, 413, 429, 500, 503} else "errors/400.html"


def _http(error: HTTPException) -> Any:
    code = error.code or 500
    if code < 400 or error.response is not None:
        return error
    return show(code)


def _refused(error: RuleBroken) -> Any:
    """A rule said no where no form could show it: the way back leads to the page on which it was tried."""
    target = parked.page_of_form()
    if request.method != "POST" or target == request.path:
        return show(422, text=str(error.message))
    return show(422, text=str(error.message), next_url=target, next_title=_("Back to the page"))


def _forbidden(error: NotAllowed) -> Any:
    log.info("not allowed", permission=error.permission)
    return show(403, whom=_whom_to_ask())


def _whom_to_ask() -> str:
    """The names of others who can open it: the administrators, or for a store its manager."""
    viewer = viewer_or_none()
    if viewer is None:
        return ""
    key = "store_manager" if viewer.is_store_side else "administrator"
    names = db.session.scalars(
        select(Person.name)
        .join(Membership, Membership.person_id == Person.id)
        .join(Role, Role.id == Membership.role_id)
        .where(Role.key == key, Membership.active.is_(True), Membership.store_id == viewer.membership.store_id)
        .where(Person.id != viewer.person.id)
        .order_by(Person.name)
        .limit(3)
    ).all()
    return _(", ").join(name for name in names if name)


def _page_too_old(error: CSRFError) -> Any:
    """The page was open for too long, or the form came from elsewhere: nothing is done, the text is kept."""
    return _kept(
        400, _("The page was open for a long time. What you typed is kept: open the page again and send it once more.")
    )


def _sent_before(error: SentBefore) -> Any:
    """Whether what was changed since is to count too, only who changed it can say."""
    return _kept(
        409,
        _(
            "You sent this form before, and it was taken as it was then. What you changed since is kept: open the page "
            "again, and send it if it is to count as well."
        ),
        title=_("Sent before"),
        template="errors/sent_before.html",
    )


def _kept(code: int, text: str, **page: str) -> Any:
    """The way back to the page of the form, which waits there filled in."""
    target = parked.page_of_form()
    response = show(code, text=text, next_url=target, next_title=_("Open the page again"), **page)
    if request.form:
        parked.park_form(target, response)
        db.session.commit()
    return response


def _busy() -> Any:
    """Too many wrote at once for the waiting time of SQLite: nothing is broken, and nothing was changed."""
    log.warning("database busy", error_id=g.get("request_id"))
    write_intent.set(False)  # the page itself only reads
    response = show(503, text=_("Many people are writing at this moment. Please go back and send it once more."))
    response.headers["Retry-After"] = "5"
    return response


def _failed(error: Exception) -> Any:
    if is_busy(error):
        return _busy()
    log.error("request failed", error_id=g.get("request_id"), exc_info=error)
    db.session.rollback()
    return show(500)
