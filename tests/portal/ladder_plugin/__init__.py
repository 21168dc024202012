"""A plug-in that needs another one."""

from portal.api import Plugin


class Ladder(Plugin):
    name = "ladder"
    title = "Ladder"
    version = "1"
    requires = ("shelf",)
