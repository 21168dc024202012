"""The host of the plug-ins: what of it the rest of the core uses."""

from portal.host.containment import PASSED_ON, Failure, ask, report_failure
from portal.host.discovery import plugin_root
from portal.host.fence import fenced
from portal.host.host import Collected, Host, the_host
from portal.host.pages import check_views
from portal.host.problems import PluginFailed, PluginProblem
from portal.host.subscriptions import connect as connect_signals

__all__ = [
    "PASSED_ON",
    "Collected",
    "Failure",
    "Host",
    "PluginFailed",
    "PluginProblem",
    "ask",
    "check_views",
    "connect_signals",
    "fenced",
    "plugin_root",
    "report_failure",
    "the_host",
]
