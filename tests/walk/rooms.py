"""Import `app` from here, and a test module plays in the portal that holds the whole estate."""

from __future__ import annotations

import pytest
from flask import Flask


@pytest.fixture(scope="session")
def app(estate_app: Flask) -> Flask:
    """In place of the portal with the small world."""
    return estate_app
