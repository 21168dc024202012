"""What can be wrong with a plug-in, in words for the person who has to mend it."""

from __future__ import annotations

from flask_babel import gettext as _

from portal.errors import RuleBroken


class PluginProblem(Exception):
    """A plug-in cannot be used; the message says what to mend."""


class PluginFailed(RuleBroken):
    """A plug-in failed while it was to change something; what it wrote is undone, and the person is told."""

    def __init__(self, title: str, error_id: str) -> None:
        super().__init__(
            "", _("%(name)s could not do its part; nothing was changed (%(id)s).", name=title, id=error_id)
        )
        self.error_id = error_id
