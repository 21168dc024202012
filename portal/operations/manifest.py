"""What an archive says about itself: what made it, how far its tables are, and what each of its files must be."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

FORMAT = 1
NAME = "manifest.json"


class ArchiveBroken(Exception):
    """The archive is not whole, not ours, or not for this portal; the text says what is wrong."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of the archive."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The whole archive in words."""

    made_at: str
    storewise: str
    database: str  # "sqlite" or "postgresql"
    server: str
    key_print: str  # tells whether a portal has the same SECRET_KEY, and nothing about it
    plugins: dict[str, str]  # name: version
    migrations: dict[str, list[str]]  # owner: the newest that its tables have
    rows: dict[str, int]  # table: how many
    missing: list[str] = field(default_factory=list)  # bytes that a row speaks of and that were not there
    entries: list[Entry] = field(default_factory=list)
    format: int = FORMAT

    def to_json(self) -> str:
        """The manifest as it lies in the archive."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: str | bytes) -> Manifest:
        """What to_json() wrote; raises ArchiveBroken for anything else."""
        try:
            found: dict[str, Any] = json.loads(text)
            if found["format"] != FORMAT:
                raise ArchiveBroken(f"the archive has format {found['format']}; this Storewise reads format {FORMAT}")
            entries = [Entry(str(e["path"]), int(e["size"]), str(e["sha256"])) for e in found.pop("entries")]
            return cls(entries=entries, **found)
        except (KeyError, TypeError, ValueError) as error:
            raise ArchiveBroken("the archive's manifest cannot be read") from error
