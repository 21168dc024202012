"""What a browser fetches to be able to do without us for a while."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, jsonify, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from portal.access import open_to_all, signed_in
from portal.accounts.viewer import current_viewer
from portal.assets import asset
from portal.i18n import LANGUAGE_TAGS, language_tag

blueprint = Blueprint("offline", __name__)
# What every page of ours is dressed in; nothing here is about anybody.
SHELL = (
    "vendor/tabler.min.css",
    "storewise.css",
    "vendor/htmx.min.js",
    "storewise.js",
    "outbox-store.js",
    "outbox.js",
    "logo.svg",
)
ICONS = ((192, "any"), (512, "any"), (512, "maskable"))
AN_HOUR = 3600


@blueprint.get("/service-worker.js")
@open_to_all
def service_worker() -> Response:
    """The worker, at the root so that it may look after every page; it begins with the list of what it keeps."""
    kept = {
        "shell": [asset(name) for name in SHELL],
        "outbox": asset("outbox-store.js"),
        "pages": {tag: url_for("offline.page", language=name) for name, tag in LANGUAGE_TAGS.items()},
        "tag": LANGUAGE_TAGS[current_app.config["DEFAULT_LANGUAGE"]],
    }
    code = (Path(current_app.root_path) / "static" / "service-worker.js").read_text(encoding="utf-8")
    response = Response(f"const KEPT = {json.dumps(kept)};\n{code}", mimetype="text/javascript")
    response.cache_control.max_age = AN_HOUR
    return response


@blueprint.get("/offline/<language>")
@open_to_all
def page(language: str) -> ResponseReturnValue:
    """What is shown without a connection; the same for everybody who reads the language."""
    if language not in LANGUAGE_TAGS:
        abort(404)
    with force_locale(language):
        return render_template("errors/offline.html"), 200, {"Content-Language": language_tag()}


@blueprint.get("/manifest.webmanifest")
@open_to_all
def manifest() -> Response:
    """The portal as an app on the phone's first screen."""
    described = {
        "name": "Storewise",
        "short_name": "Storewise",
        "description": _("Advice, complaints, events and meetings between your store and its distributor."),
        "lang": language_tag(),
        "id": "/",
        "start_url": "/today",
        "scope": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#0e5a61",
        "icons": [
            {"src": asset(icon_name(size, use)), "sizes": f"{size}x{size}", "type": "image/png", "purpose": use}
            for size, use in ICONS
        ],
    }
    response = Response(json.dumps(described, ensure_ascii=False), mimetype="application/manifest+json")
    response.cache_control.max_age = AN_HOUR
    return response


def icon_name(size: int, use: str) -> str:
    """The static file of an icon of the app; tools/marks.py draws them."""
    return f"icons/{use}-{size}.png"


@blueprint.get("/outbox/ready")
@signed_in
def outbox_ready() -> Response:
    """Who would send now what waited, and the token to send it with."""
    viewer = current_viewer()
    response = jsonify(who=f"{viewer.person.id}:{viewer.membership.id}", token=generate_csrf())
    response.cache_control.no_store = True
    return response


@blueprint.app_template_global("outbox_notes")
def outbox_notes() -> Markup:
    """The notes of what waits on a phone, hidden in every page; drawn once for each language."""
    return _outbox_notes(language_tag())


@lru_cache(maxsize=4)
def _outbox_notes(tag: str) -> Markup:
    return Markup(render_template("layout/outbox.html"))  # noqa: S704 (a template escapes by itself)


@blueprint.app_context_processor
def _worker_address() -> dict[str, str]:
    return {"service_worker_url": "/service-worker.js"}


@blueprint.after_app_request
def _say_language(response: Response) -> Response:
    """The worker takes from here in which language to say that there is no connection."""
    if response.mimetype == "text/html":
        response.headers.setdefault("Content-Language", language_tag())
    return response
