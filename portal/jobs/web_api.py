"""Background work in the web API."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask.views import MethodView

from portal.access import requires, signed_in
from portal.accounts.viewer import current_viewer
from portal.jobs import queries, services
from portal.jobs.models import CANCELLED, DEAD, DONE, QUEUED, RUNNING, JobRow
from portal.jobs.views import title_of
from portal.web_api.blueprint import ApiBlueprint, PageArguments, page_of
from portal.web_api.fields import Choice, Identity

blueprint = ApiBlueprint("jobs", "jobs", url_prefix="/jobs", description="Work that goes on outside of requests.")


class JobSchema(ma.Schema):
    """A piece of work; `refusal` says which rule it broke, in words for who asked for it."""

    id = Identity(required=True)
    name = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    state = Choice((QUEUED, RUNNING, DONE, DEAD, CANCELLED), required=True)
    progress_done = ma.fields.Integer(required=True)
    progress_total = ma.fields.Integer(required=True)
    progress_text = ma.fields.String(required=True)
    tries = ma.fields.Integer(required=True)
    refusal = ma.fields.String(required=True)
    created_at = ma.fields.AwareDateTime(required=True)
    finished_at = ma.fields.AwareDateTime(required=True, allow_none=True)


class JobQuery(PageArguments):
    """In which state."""

    view = Choice(tuple(queries.VIEWS), load_default="queued")


@blueprint.route("")
class Jobs(MethodView):
    """The list."""

    @requires(queries.OPERATE)
    @blueprint.arguments(JobQuery, location="query")
    @blueprint.response(200, page_of(JobSchema))
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """The distributor's background work, the latest first."""
        page = queries.jobs_of_distributor(query["view"], query["cursor"], query["limit"])
        return {"items": [_as_json(job) for job in page], "next": page.next, "previous": page.previous}


@blueprint.route("/<int:job_id>")
class OneJob(MethodView):
    """One piece of work."""

    @signed_in
    @blueprint.response(200, JobSchema)
    def get(self, job_id: int) -> dict[str, Any]:
        """How far it is; for who asked for it, and for who operates the jobs."""
        return _as_json(queries.job_for(current_viewer(), job_id))


@blueprint.route("/<int:job_id>/retry")
class Retry(MethodView):
    """Once more."""

    @requires(queries.OPERATE)
    @blueprint.response(200, JobSchema)
    def post(self, job_id: int) -> dict[str, Any]:
        """Try again; 409 when it runs or is done."""
        job = queries.job_for(current_viewer(), job_id)
        services.retry(job)
        return _as_json(job)


@blueprint.route("/<int:job_id>/cancel")
class Cancel(MethodView):
    """No more."""

    @requires(queries.OPERATE)
    @blueprint.response(200, JobSchema)
    def post(self, job_id: int) -> dict[str, Any]:
        """Stop it before its end; 409 when it is over."""
        job = queries.job_for(current_viewer(), job_id)
        services.cancel(job)
        return _as_json(job)


def _as_json(job: JobRow) -> dict[str, Any]:
    names = ("id", "name", "state", "progress_done", "progress_total", "progress_text", "tries", "refusal")
    found = {name: getattr(job, name) for name in (*names, "created_at", "finished_at")}
    return found | {"title": title_of(job)}
