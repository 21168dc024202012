"""What services raise; views and the API turn each into a page or a problem document."""

from typing import Any


class PortalError(Exception):
    """Something a person can be told about in plain words."""


class RuleBroken(PortalError):
    """A business rule does not allow this; `field` names the form field it belongs to ("" for the whole form)."""

    def __init__(self, field: str, message: Any) -> None:
        super().__init__(str(message))
        self.field = field
        self.message = message


class NotAllowed(PortalError):
    """The person is known and the object is visible, but the permission is missing."""

    def __init__(self, permission: str) -> None:
        super().__init__(permission)
        self.permission = permission


class NotFound(PortalError):
    """There is no such object for this person: unknown and foreign look the same."""


class Conflict(PortalError):
    """Somebody else was quicker; `message` says what is true now."""

    def __init__(self, message: Any, **details: Any) -> None:
        super().__init__(str(message))
        self.message = message
        self.details = details


class SentBefore(PortalError):
    """A form that was taken before came again with something else in it."""
