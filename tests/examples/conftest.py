"""The checklist, installed once; a portal that has it, and one in which the first distributor uses it."""

import pytest

from portal import clock
from tests.examples.installed import MONDAY, portal_with_checklist
from tests.portal.pip_kit import ROOT, pip_install


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The folder into which pip has installed the checklist."""
    folder = tmp_path_factory.mktemp("site")
    pip_install(ROOT / "examples" / "storewise-checklist", folder)
    return folder


@pytest.fixture(scope="module")
def app(site, tmp_path_factory, request):
    """A portal that has the checklist; off for both distributors."""
    with portal_with_checklist(
        site, tmp_path_factory.mktemp(request.module.__name__.rpartition(".")[2])
    ) as application:
        yield application


@pytest.fixture(autouse=True)
def monday():
    with clock.frozen(MONDAY):
        yield


@pytest.fixture
def switched_on(client_as):
    """The administrator of the first distributor has switched it on."""
    assert client_as("administrator").post("/admin/plugins/checklist/on").status_code == 302
