"""What the database holds, as one hash for each table: so that "nothing has changed" is a comparison."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import Engine, create_engine, text

# Kept forms belong to a browser that was sent to the log-in, and may be kept for it.
OF_THE_BROWSER = frozenset({"portal_parked_form"})


class Memory:
    """Looks at the database beside the application: no walls, no session, no cache."""

    def __init__(self, url: str) -> None:
        self.engine: Engine = create_engine(url)

    def hashes(self) -> dict[str, str]:
        """The hash of the rows of every table."""
        with self.engine.connect() as connection:
            sqlite = self.engine.dialect.name == "sqlite"
            return {name: _hash(connection, name, sqlite=sqlite) for name in _tables(connection, sqlite=sqlite)}

    def close(self) -> None:
        """Let go of the database, so that it can be restored."""
        self.engine.dispose()


def _tables(connection: Any, *, sqlite: bool) -> list[str]:
    listed = (
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        if sqlite
        else "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    )
    return sorted(set(connection.execute(text(listed)).scalars()) - OF_THE_BROWSER)


def _hash(connection: Any, table: str, *, sqlite: bool) -> str:
    if sqlite:
        rows = sorted(repr(tuple(row)) for row in connection.execute(text(f'SELECT * FROM "{table}"')))
        return hashlib.sha256("\n".join(rows).encode()).hexdigest()
    hashed = f"SELECT md5(coalesce(string_agg(t::text, ' ' ORDER BY t::text), '')) FROM \"{table}\" t"
    return str(connection.execute(text(hashed)).scalar())


def changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """The tables whose rows are not the same any more."""
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
