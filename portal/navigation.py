"""What stands in the side bar, the tabs and the head of every page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import structlog
from flask import Flask, current_app, g, has_request_context, request, session, url_for
from markupsafe import Markup

from portal import once
from portal.accounts.viewer import Viewer, viewer_or_none
from portal.contracts import NavItem, Plugin
from portal.host import Host
from portal.i18n import language_tag
from portal.notifications.queries import unread_count
from portal.open_work import Question, numbers

log = structlog.get_logger(__name__)

TABS = 5


@dataclass(frozen=True, slots=True)
class Place:
    """One link of the navigation."""

    title: str
    url: str
    icon: str
    group: str
    count: int | None
    current: bool
    order: int


@dataclass(frozen=True, slots=True)
class Reader:
    """What decides which places somebody has, and how they are called."""

    side: str
    permissions: frozenset[str]
    plugins: frozenset[str]
    language: str
    mounted_at: str

    def may(self, permission: str) -> bool:
        """As Viewer.may()."""
        return permission in self.permissions and permission.partition(".")[0] in {"portal", *self.plugins}


@dataclass(frozen=True, slots=True)
class Spot:
    """A place as everybody with the same powers and language has it, before anything is counted."""

    plugin: Plugin | None
    item: NavItem
    place: Place


class Navigation:
    """All places of the portal, and those that each kind of reader has; each kind's are made once."""

    def __init__(self, entries: list[tuple[Plugin | None, NavItem]]) -> None:
        self.entries = sorted(entries, key=lambda entry: entry[1].order)
        self.spots: Callable[[Reader], tuple[Spot, ...]] = lru_cache(maxsize=256)(self._spots)
        self.spots_at: Callable[[Reader, str, str], tuple[Spot, ...]] = lru_cache(maxsize=4096)(self._spots_at)
        self.drawn: Callable[[tuple[Place, ...], str], Markup] = lru_cache(maxsize=1024)(self._drawn)

    def _spots(self, reader: Reader) -> tuple[Spot, ...]:
        return tuple(
            Spot(plugin, item, _place(item))
            for plugin, item in self.entries
            if item.side == reader.side and (not item.permission or reader.may(item.permission))
        )

    def _spots_at(self, reader: Reader, endpoint: str, blueprint: str) -> tuple[Spot, ...]:
        spots = self.spots(reader)
        here = [_here(spots, endpoint, blueprint, tab=tab) for tab in (True, False)]
        return tuple(
            replace(spot, place=replace(spot.place, current=True)) if any(spot is each for each in here) else spot
            for spot in spots
        )

    def _drawn(self, places: tuple[Place, ...], _language: str) -> Markup:
        return Markup(current_app.jinja_env.get_template("layout/places.html").render(nav=places))  # noqa: S704 (ours)


def side_places(places: Sequence[Place]) -> Markup:
    """The links of the side bar, which look the same on many pages."""
    navigation: Navigation = current_app.extensions["storewise_navigation"]
    return navigation.drawn(tuple(places), language_tag())


def _place(item: NavItem) -> Place:
    return Place(
        title=str(item.title),
        url=url_for(item.endpoint),
        icon=item.icon,
        group=item.group,
        count=None,
        current=False,
        order=item.order,
    )


def init_app(app: Flask, host: Host) -> None:
    """Give every template what the shells need."""
    from portal.rooms import NAV_ITEMS

    entries: list[tuple[Plugin | None, NavItem]] = [(None, item) for item in NAV_ITEMS]
    entries += [(plugin, item) for plugin in host.plugins.values() for item in plugin.nav_items()]
    app.extensions["storewise_navigation"] = Navigation(entries)
    app.context_processor(shell)
    app.jinja_env.globals.update(new_once_key=once.new_key, side_places=side_places)


def shell() -> dict[str, Any]:
    """The context of every page; cheap for signed-out visitors."""
    if not has_request_context():  # paper and mail have no shell
        return {"lang": language_tag()}
    viewer = viewer_or_none()
    context: dict[str, Any] = {
        "viewer": viewer,
        "lang": language_tag(),
        "theme": viewer.person.theme if viewer else session.get("theme", "auto"),
        "nav": [],
        "tabs": [],
        "unread_notifications": 0,
    }
    if viewer is not None and not request.headers.get("HX-Request"):
        places, unread = _places(viewer)
        context["nav"] = [place for place, tab in places if not tab or not viewer.is_store_side]
        context["tabs"] = [place for place, tab in places if tab][:TABS] if viewer.is_store_side else []
        context["unread_notifications"] = unread
    context["failures"] = failure_texts()  # last, because the counts of the navigation can fail too
    return context


def failure_texts() -> list[str]:
    """What to say about plug-ins that could not answer."""
    seen: dict[str, str] = {}
    for failure in g.get("failures", []):
        seen.setdefault(failure.plugin, str(failure))
    return list(seen.values())


def further_places(viewer: Viewer) -> list[Place]:
    """The places that are no tab: what the page "more" lists."""
    return [place for place, tab in _places(viewer)[0] if not tab]


def _places(viewer: Viewer) -> tuple[list[tuple[Place, bool]], int]:
    """The viewer's places, each with whether it is a tab, and the number of unread messages; asked once a page."""
    if "places" not in g:
        g.places = _places_now(viewer)
    return g.places  # type: ignore[no-any-return]


def _places_now(viewer: Viewer) -> tuple[list[tuple[Place, bool]], int]:
    navigation: Navigation = current_app.extensions["storewise_navigation"]
    side = "store" if viewer.is_store_side else "distributor"
    reader = Reader(side, viewer.permissions, viewer.active_plugins, language_tag(), request.root_path)
    spots = navigation.spots_at(reader, request.endpoint or "", request.blueprint or "")
    counted = [spot for spot in spots if spot.item.count is not None]
    questions: list[Question] = [(spot.plugin, spot.item.count) for spot in counted if spot.item.count is not None]
    *counts, unread = numbers([*questions, (None, lambda _viewer: unread_count())], viewer)
    waiting = {id(spot): count for spot, count in zip(counted, counts, strict=True)}
    return [(_counted(spot.place, waiting.get(id(spot), 0)), spot.item.tab) for spot in spots], unread


def _counted(place: Place, count: int) -> Place:
    return replace(place, count=count) if count else place


def _here(spots: tuple[Spot, ...], endpoint: str, blueprint: str, *, tab: bool) -> Spot | None:
    """Where the reader is: the very page, else the index of its blueprint, else among tabs what holds the rest."""
    among = sorted((s for s in spots if s.item.tab is tab), key=lambda s: not s.item.endpoint.endswith(".index"))
    fits = [spot for spot in among if spot.item.endpoint == endpoint]
    if blueprint != "home":
        fits += [spot for spot in among if spot.item.endpoint.partition(".")[0] == (blueprint or "-")]
        fits += [spot for spot in among if tab and spot.item.endpoint == "home.more"]
    return next(iter(fits), None)
