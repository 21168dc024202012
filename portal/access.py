"""Who may open a view: each view declares it, and a view that declares nothing stops the start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Access:
    """What a view asks of its visitor."""

    kind: Literal["open", "signed_in", "permission"]
    permission: str = ""


def requires(permission: str) -> Callable[[View], View]:
    """The view is for who has this permission in the distributor or store they act for."""
    return lambda view: _declare(view, Access("permission", permission))


def signed_in(view: View) -> View:
    """The view is for everybody who is signed in and has a membership."""
    return _declare(view, Access("signed_in"))


def open_to_all(view: View) -> View:
    """The view is open to the world; it must show nothing of anybody."""
    return _declare(view, Access("open"))


def writes(view: View) -> View:
    """This GET view changes something (read receipts, downloads): its transaction begins as a writing one."""
    view.writes = True  # type: ignore[attr-defined]
    return view


def takes_pictures(field: str) -> Callable[[View], View]:
    """The view is sent pictures in this form field: they are looked through before its transaction begins."""

    def note(view: View) -> View:
        view.pictures = field  # type: ignore[attr-defined]
        return view

    return note


def access_of(view: Any) -> Access | None:
    """What the view declared, or None."""
    return getattr(view, "access", None)


def _declare(view: View, access: Access) -> View:
    view.access = access  # type: ignore[attr-defined]
    return view
