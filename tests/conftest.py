"""All tests use the fixtures that plug-in authors get."""

pytest_plugins = ["portal.testing"]
