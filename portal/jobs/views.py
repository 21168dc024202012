"""How far a job is, for who asked for it; and all jobs of a distributor, for who operates them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import clock
from portal.access import requires, signed_in
from portal.accounts.viewer import current_viewer
from portal.errors import NotFound
from portal.jobs import queries, services
from portal.jobs.models import CANCELLED, DEAD, DONE, RUNNING, JobRow
from portal.jobs.registry import the_registry
from portal.redirects import is_own_path

blueprint = Blueprint("jobs", __name__, url_prefix="/jobs")


@blueprint.get("/<int:job_id>")
@signed_in
def show(job_id: int) -> str:
    """How far this work is; the box on the page asks for itself again until it is over."""
    viewer = current_viewer()
    job = queries.job_for(viewer, job_id)
    return render_template(
        "jobs/box.html" if request.headers.get("HX-Request") else "jobs/show.html",
        job=job,
        title=title_of(job),
        state=state_of(job),
        next=_next_place(job),
        may_operate=viewer.may(queries.OPERATE),
    )


@blueprint.get("")
@requires(queries.OPERATE)
def index() -> str:
    """Background work by state, what failed for good first."""
    counts = queries.counts_of_distributor()
    view = request.args.get("view") or ("dead" if counts["dead"] else "running")
    if view not in queries.VIEWS:
        raise NotFound
    page = queries.jobs_of_distributor(view, request.args.get("cursor"))
    return render_template(
        "jobs/index.html",
        page=page,
        view=view,
        counts=counts,
        titles=_view_titles(),
        title_of=title_of,
        worker_alive=queries.worker_alive(clock.now()),
    )


@blueprint.post("/<int:job_id>/retry")
@requires(queries.OPERATE)
def retry(job_id: int) -> Response:
    """Try again."""
    job = queries.job_for(current_viewer(), job_id)
    services.retry(job)
    flash(_("%(title)s waits for its turn.", title=title_of(job)), "success")
    return redirect(url_for("jobs.index", view="queued"))


@blueprint.post("/<int:job_id>/cancel")
@requires(queries.OPERATE)
def cancel(job_id: int) -> Response:
    """Stop it."""
    job = queries.job_for(current_viewer(), job_id)
    services.cancel(job)
    flash(_("%(title)s was cancelled.", title=title_of(job)), "success")
    return redirect(url_for("jobs.index", view="done"))


def title_of(job: JobRow) -> Any:
    """The job as people call it; its name when its plug-in is not installed any more."""
    registry = the_registry()
    return registry.get(job.name).title if job.name in registry else job.name


def state_of(job: JobRow) -> str:
    """The job's state as the marks of the pages know it."""
    return {RUNNING: "run", DONE: "ok", DEAD: "late", CANCELLED: "late"}.get(job.state, "wait")


def _next_place(job: JobRow) -> dict[str, str]:
    """Where to go when the job is done: what it left for that, if it is one of our own pages."""
    url = str(job.result.get("url", ""))
    if job.state != DONE or not is_own_path(url):
        return {"url": "", "title": ""}
    return {"url": url, "title": str(job.result.get("title") or _("Go on"))}


def _view_titles() -> dict[str, str]:
    return {
        "queued": _("Waiting"),
        "running": _("Running"),
        "failed": _("To be tried again"),
        "dead": _("Failed"),
        "done": _("Finished"),
    }
