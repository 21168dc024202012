"""One search over everything a person may see."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from portal.access import signed_in
from portal.accounts.viewer import Viewer, current_viewer
from portal.contracts import SearchHit
from portal.host import the_host
from portal.stores import queries
from portal.stores.queries import StoreFilter

blueprint = Blueprint("search", __name__, url_prefix="/search")
LONGEST = 100


@blueprint.get("")
@signed_in
def index() -> str:
    """What was found, by kind."""
    words = request.args.get("q", "").strip()[:LONGEST]
    hits = find_everywhere(words, current_viewer())
    by_kind: dict[str, list[SearchHit]] = {}
    for hit in hits:
        by_kind.setdefault(str(hit.kind), []).append(hit)
    return render_template("search/index.html", words=words, by_kind=by_kind, count=len(hits))


def find_everywhere(words: str, viewer: Viewer) -> list[SearchHit]:
    """What was found in stores and in every plug-in; nothing for no words."""
    return [*_stores(words, viewer), *the_host().collect("search", words, viewer)] if words else []


def _stores(words: str, viewer: Viewer) -> list[SearchHit]:
    if not viewer.may("portal.see_stores"):
        return []
    found = queries.page_of_stores(StoreFilter(words=words, only_active=False), size=10)
    return [
        SearchHit(s.name, f"/stores/{s.id}", _("Stores"), "building-store", f"{s.number} · {s.address}") for s in found
    ]
