"""Views that belong to a person, whether or not a distributor lists them, and those that ask once more who is there."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import flash, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_security import check_and_update_authn_fresh

from portal.access import open_to_all
from portal.accounts.models import Person
from portal.identity import FRESH_FOR

View = TypeVar("View", bound=Callable[..., Any])
SHOWN_FOR = 900


def own_page(view: View) -> View:
    """The view is for everybody who is signed in, also without a membership; it shows the person's own things alone."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not current_user.is_authenticated:
            return redirect(
                url_for("security.login", next=request.full_path.rstrip("?") if request.method == "GET" else None)
            )
        return view(*args, **kwargs)

    return open_to_all(guarded)  # type: ignore[return-value]


def freshly(view: View) -> View:
    """The view asks for the password once more unless it was given in the last minutes."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if check_and_update_authn_fresh(FRESH_FOR, FRESH_FOR, "session"):
            return view(*args, **kwargs)
        flash(_("To be safe, please show once more that it is you."), "info")
        back = request.full_path.rstrip("?") if request.method == "GET" else url_for("account.index")
        return redirect(url_for("security.verify", next=back))

    return guarded  # type: ignore[return-value]


def me() -> Person:
    """The person who is signed in."""
    return current_user._get_current_object()  # type: ignore[no-any-return]


def keep_to_show(kind: str, key: int, secret: str) -> None:
    """Hand a secret to the next page of this browser; it is kept nowhere else."""
    session["shown_once"] = [kind, key, secret, int(time.time())]


def take_to_show(kind: str, key: int | None = None, *, keep: bool = False) -> str:
    """The secret that was kept for this page, or nothing."""
    kept = session.get("shown_once")
    if not kept or kept[0] != kind or (key is not None and kept[1] != key):
        return ""
    if not keep or time.time() - kept[3] > SHOWN_FOR:
        session.pop("shown_once")
    return str(kept[2]) if time.time() - kept[3] <= SHOWN_FOR else ""
