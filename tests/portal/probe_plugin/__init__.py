"""A plug-in whose every member does what a test says: for tests of the host."""

from tests.portal.probe_plugin.plugin import Probe

plugin = Probe

__all__ = ["Probe", "plugin"]
