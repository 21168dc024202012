"""All tests use the fixtures that plug-in authors get."""

from hypothesis import settings

pytest_plugins = ["portal.testing"]

# Other tests keep the machine busy: how long an example takes says nothing.
settings.register_profile("storewise", settings(), deadline=None)
settings.load_profile("storewise")
