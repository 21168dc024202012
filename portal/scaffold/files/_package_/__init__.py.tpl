"""[[ title ]]."""

from [[ package ]].plugin import NotesPlugin

plugin = NotesPlugin

__all__ = ["plugin"]
