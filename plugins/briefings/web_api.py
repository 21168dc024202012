"""Briefings in the web API."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response
from flask.views import MethodView
from flask_babel import get_locale

from plugins.briefings import queries, services
from plugins.briefings.models import DRAFT, FAILED, ISSUED, KINDS, READY, WAITING, WITHDRAWN, Briefing, Edition
from plugins.briefings.services import EditorialText, Plan
from portal.api import (
    ApiBlueprint,
    AudienceSchema,
    NotFound,
    PageArguments,
    RuleBroken,
    api_fields,
    audience_of,
    current_viewer,
    page_of,
    requires,
    send_stored,
    session,
    writes,
)

blueprint = ApiBlueprint("briefings", "briefings", url_prefix="/briefings", description="Market briefings.")
LANGUAGES = ("zh_Hans", "en")


class SectionSchema(ma.Schema):
    """A section of editorial text."""

    title = api_fields.Text(200, filled=True, required=True)
    lede = api_fields.Text(400, load_default="")
    text = api_fields.Text(40_000, load_default="", metadata={"description": "Markdown"})
    source = api_fields.Text(300, load_default="")


class BriefingPlanSchema(ma.Schema):
    """What a briefing is to be; every active plug-in adds its part when it is issued."""

    title = api_fields.Text(200, filled=True, required=True)
    subtitle = api_fields.Text(200, load_default="")
    kind = api_fields.Choice(KINDS, load_default="monthly")
    period_start = api_fields.Day(required=True)
    period_end = api_fields.Day(required=True)
    audience = ma.fields.Nested(AudienceSchema, load_default=None, allow_none=True)
    sections = api_fields.many(ma.fields.Nested(SectionSchema), services.MOST_SECTIONS, load_default=list)


class ChangedBriefingSchema(BriefingPlanSchema):
    """The whole briefing as it is to be now; `version` is the one that was read."""

    version = api_fields.Whole(1, required=True)


class BriefingSchema(ma.Schema):
    """A briefing."""

    id = api_fields.Identity(required=True)
    title = ma.fields.String(required=True)
    subtitle = ma.fields.String(required=True)
    kind = api_fields.Choice(KINDS, required=True)
    period_start = ma.fields.Date(required=True)
    period_end = ma.fields.Date(required=True)
    state = api_fields.Choice((DRAFT, ISSUED, WITHDRAWN), required=True)
    issued_at = ma.fields.AwareDateTime(required=True, allow_none=True)


class WholeBriefingSchema(BriefingSchema):
    """A briefing with its texts; `version` belongs into a change of it. Store people get no version."""

    version = ma.fields.Integer(required=True, allow_none=True)
    sections = ma.fields.List(ma.fields.Nested(SectionSchema), required=True)


class EditionSchema(ma.Schema):
    """One store's edition in one language."""

    store = ma.fields.String(required=True)
    language = api_fields.Choice(LANGUAGES, required=True)
    state = api_fields.Choice((WAITING, READY, FAILED), required=True)
    pages = ma.fields.Integer(required=True)
    missing = ma.fields.List(ma.fields.String(), required=True)
    error = ma.fields.String(required=True)
    finished_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    downloaded_at = ma.fields.AwareDateTime(required=True, allow_none=True)


class EditionsSchema(ma.Schema):
    """How far the editions are: the counts of all, and at most 200 of them, those that failed first."""

    editions = ma.fields.Integer(required=True)
    ready = ma.fields.Integer(required=True)
    failed = ma.fields.Integer(required=True)
    downloaded = ma.fields.Integer(required=True)
    items = ma.fields.List(ma.fields.Nested(EditionSchema), required=True)


class ReasonSchema(ma.Schema):
    """Why it is withdrawn."""

    reason = api_fields.Text(500, filled=True, required=True)


class PdfQuery(ma.Schema):
    """Which edition: store people get their own store's; our people name the store."""

    store = api_fields.Text(40, load_default="")
    language = api_fields.Choice(LANGUAGES, load_default=None, metadata={"description": "without one the reader's"})


@blueprint.route("")
class Briefings(MethodView):
    """The list."""

    @requires("briefings.see")
    @blueprint.arguments(PageArguments, location="query")
    @blueprint.response(200, page_of(BriefingSchema))
    def get(self, query: dict[str, Any]) -> Any:
        """Briefings, the latest first; store people see those issued to their store."""
        if not current_viewer().is_store_side:
            return queries.page_of_briefings(query["cursor"], query["limit"])
        page = queries.page_for_store(_language(), query["cursor"], query["limit"])
        return {"items": [edition.briefing for edition in page], "next": page.next, "previous": page.previous}

    @requires("briefings.write")
    @blueprint.arguments(BriefingPlanSchema)
    @blueprint.response(201, WholeBriefingSchema)
    def post(self, values: dict[str, Any]) -> dict[str, Any]:
        """Begin a briefing."""
        texts = _texts(values)
        plan = _plan(values)
        briefing = services.compose(plan, by=current_viewer())
        session.flush()
        return _whole(services.change(briefing, plan, texts, version=briefing.lock_version))


@blueprint.route("/<int:briefing_id>")
class OneBriefing(MethodView):
    """One briefing."""

    @requires("briefings.see")
    @blueprint.response(200, WholeBriefingSchema)
    def get(self, briefing_id: int) -> dict[str, Any]:
        """The briefing with its texts; store people those issued to their store."""
        if current_viewer().is_store_side:
            return _whole(queries.edition_of(briefing_id, _language()).briefing) | {"version": None}
        return _whole(queries.briefing(briefing_id))

    @requires("briefings.write")
    @blueprint.arguments(ChangedBriefingSchema)
    @blueprint.response(200, WholeBriefingSchema)
    def put(self, values: dict[str, Any], briefing_id: int) -> dict[str, Any]:
        """Write it anew; 409 when somebody else did in the meantime."""
        briefing = queries.briefing(briefing_id)
        version, texts = values.pop("version"), _texts(values)
        return _whole(services.change(briefing, _plan(values), texts, version=version))


@blueprint.route("/<int:briefing_id>/issue")
class Issue(MethodView):
    """Issuing."""

    @requires("briefings.issue")
    @blueprint.response(200, BriefingSchema)
    def post(self, briefing_id: int) -> Any:
        """Freeze it and make every store's edition."""
        briefing = queries.briefing(briefing_id)
        services.issue(briefing, by=current_viewer())
        return briefing


@blueprint.route("/<int:briefing_id>/withdrawal")
class Withdrawal(MethodView):
    """Taking it back."""

    @requires("briefings.issue")
    @blueprint.arguments(ReasonSchema)
    @blueprint.response(200, BriefingSchema)
    def post(self, values: dict[str, Any], briefing_id: int) -> Any:
        """Stores do not see it any more; its record stays."""
        return services.withdraw(queries.briefing(briefing_id), values["reason"])


@blueprint.route("/<int:briefing_id>/editions")
class Editions(MethodView):
    """What became of it."""

    @requires("briefings.write")
    @blueprint.response(200, EditionsSchema)
    def get(self, briefing_id: int) -> dict[str, Any]:
        """How far the editions are, and who has downloaded theirs; a rep is told of its own stores."""
        return _progress(queries.briefing(briefing_id))

    @requires("briefings.issue")
    @blueprint.response(202, EditionsSchema)
    def post(self, briefing_id: int) -> dict[str, Any]:
        """Try once more to make those that failed."""
        briefing = queries.briefing(briefing_id)
        services.render_again(briefing)
        return _progress(briefing)


@blueprint.route("/<int:briefing_id>/pdf")
class Pdf(MethodView):
    """The PDF."""

    @requires("briefings.see")
    @writes
    @blueprint.arguments(PdfQuery, location="query")
    @blueprint.bytes_of("application/pdf", description="The PDF of the edition.")
    def get(self, query: dict[str, Any], briefing_id: int) -> Response:
        """One store's edition; 404 while it is being made."""
        edition = _edition_for(query, briefing_id)
        if edition.state != READY or edition.file is None:
            raise NotFound
        if current_viewer().is_store_side:
            services.note_download(edition)
        return send_stored(edition.file)


def _edition_for(query: dict[str, Any], briefing_id: int) -> Edition:
    language = query["language"] or _language()
    viewer = current_viewer()
    if viewer.store is not None:
        if query["store"] not in ("", viewer.store.number):
            raise NotFound
        return queries.edition_of(briefing_id, language)
    queries.briefing(briefing_id)
    if not query["store"]:
        raise RuleBroken("store", "name the store whose edition is wanted")
    return queries.edition_of_store(briefing_id, query["store"], language)


def _plan(values: dict[str, Any]) -> Plan:
    return Plan(**values | {"audience": audience_of(values["audience"])})


def _texts(values: dict[str, Any]) -> list[EditorialText]:
    return [EditorialText(**section) for section in values.pop("sections")]


def _whole(briefing: Briefing) -> dict[str, Any]:
    names = ("id", "title", "subtitle", "kind", "period_start", "period_end", "state", "issued_at")
    sections: Any = queries.sections(briefing.id)
    return {name: getattr(briefing, name) for name in names} | {
        "version": briefing.lock_version,
        "sections": sections,
    }


def _progress(briefing: Briefing) -> dict[str, Any]:
    progress = queries.progress([briefing.id]).get(briefing.id, queries.Progress())
    counts = {name: getattr(progress, name) for name in ("editions", "ready", "failed", "downloaded")}
    return counts | {"items": [_edition(edition) for edition in queries.editions(briefing.id)]}


def _edition(edition: Edition) -> dict[str, Any]:
    names = ("language", "state", "pages", "missing", "error", "finished_at", "downloaded_at")
    return {name: getattr(edition, name) for name in names} | {"store": edition.store.number}


def _language() -> str:
    return "en" if str(get_locale()) == "en" else "zh_Hans"
