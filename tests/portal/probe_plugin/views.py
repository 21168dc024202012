"""Two pages, one for each side; both do what a test says."""

from flask import Blueprint

from portal.api import requires

blueprint = Blueprint("probe", __name__)


def _page() -> str:
    from tests.portal.probe_plugin.plugin import Probe

    return str(Probe.behaviour.get("view", lambda: "the probe's page")())


@blueprint.get("/")
@requires("probe.see")
def index() -> str:
    return _page()


@blueprint.get("/mine")
@requires("probe.use")
def mine() -> str:
    return _page()


@blueprint.post("/")
@requires("probe.see")
def act() -> str:
    return _page()
