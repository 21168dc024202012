"""An opening checklist for stores."""

from storewise_checklist.plugin import ChecklistPlugin

plugin = ChecklistPlugin

__all__ = ["plugin"]
