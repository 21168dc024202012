"""The tests run on Storewise's test world: two distributors, a few stores, one person in each role."""

import pytest

from [[ package ]] import plugin

pytest_plugins = ["portal.testing"]


@pytest.fixture(scope="session")
def app_plugins():
    """This plug-in."""
    return (plugin,)


@pytest.fixture(scope="session")
def app_settings(app_settings):
    """Without the bundled ones; name those that are required in PLUGINS."""
    return app_settings | {"PLUGINS": ()}
