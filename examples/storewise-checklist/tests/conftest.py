"""The checklist's tests run on the portal's test world: two distributors, a few stores, one person in each role."""

import pytest
from storewise_checklist import plugin

pytest_plugins = ["portal.testing"]


@pytest.fixture(scope="session")
def app_plugins():
    """The checklist."""
    return (plugin,)


@pytest.fixture(scope="session")
def app_settings(app_settings):
    """Without the bundled plug-ins."""
    return app_settings | {"PLUGINS": ()}
