"""What other plug-ins may ask of this one: they name it in `requires`, and import nothing but this file."""

from [[ package ]].models import Note
from [[ package ]].queries import open_notes

__all__ = ["Note", "open_notes"]
