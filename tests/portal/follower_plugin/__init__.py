"""A plug-in that requires the probe and does nothing else."""

from portal.api import Plugin


class Follower(Plugin):
    """Comes after the probe."""

    name = "follower"
    title = "Follower"
    version = "1"
    requires = ("probe",)

    def deactivated(self, distributor):
        from tests.portal.probe_plugin import Probe

        Probe.behaviour.get("deactivated", lambda distributor: None)(distributor)


plugin = Follower
