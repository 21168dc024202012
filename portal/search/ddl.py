"""What SQLAlchemy's models cannot say about the index; made by the core's migration."""

from __future__ import annotations

from sqlalchemy import Connection, text

TABLE = "portal_search_entry"
WORDS = "portal_search_words"  # SQLite's full-text table; its shadow tables begin with the same name

# The full-text table keeps no copy of the words: it reads them in the mapped table, and triggers keep it in step,
# also where a foreign key deletes rows. "ascii" leaves every Chinese character a part of its word.
_SQLITE = (
    """
    CREATE VIRTUAL TABLE IF NOT EXISTS portal_search_words USING fts5(
        words, content='portal_search_entry', content_rowid='id', columnsize=0, tokenize='ascii')
    """,
    """
    CREATE TRIGGER IF NOT EXISTS portal_search_words_add AFTER INSERT ON portal_search_entry BEGIN
        INSERT INTO portal_search_words(rowid, words) VALUES (new.id, new.words);
    END
    """,
    """
    CREATE TRIGGER IF NOT EXISTS portal_search_words_remove AFTER DELETE ON portal_search_entry BEGIN
        INSERT INTO portal_search_words(portal_search_words, rowid, words) VALUES ('delete', old.id, old.words);
    END
    """,
    """
    CREATE TRIGGER IF NOT EXISTS portal_search_words_change AFTER UPDATE OF id, words ON portal_search_entry BEGIN
        INSERT INTO portal_search_words(portal_search_words, rowid, words) VALUES ('delete', old.id, old.words);
        INSERT INTO portal_search_words(rowid, words) VALUES (new.id, new.words);
    END
    """,
)
_SQLITE_FILL = "INSERT INTO portal_search_words(portal_search_words) VALUES ('rebuild')"
_SQLITE_UNDO = (
    "DROP TRIGGER IF EXISTS portal_search_words_add",
    "DROP TRIGGER IF EXISTS portal_search_words_remove",
    "DROP TRIGGER IF EXISTS portal_search_words_change",
    "DROP TABLE IF EXISTS portal_search_words",
)


def create_search_index(connection: Connection) -> None:
    """Make the full-text index over the table of entries; a second time changes nothing.

    PostgreSQL gets none: behind row-level security a GIN index is never asked, because @@ might tell about foreign
    rows (it is not "leakproof"). The index of the model leads to the rows of one distributor and kind, and testing
    each takes less than a microsecond; a GIN index would only make writing three times as slow.
    """
    if connection.dialect.name != "sqlite":
        return
    is_new = not connection.execute(text("SELECT 1 FROM sqlite_master WHERE name = :name"), {"name": WORDS}).first()
    for statement in (*_SQLITE, *([_SQLITE_FILL] if is_new else [])):  # filled with the entries that are there
        connection.exec_driver_sql(statement)


def drop_search_index(connection: Connection) -> None:
    """Undo create_search_index: for the way back of the migration."""
    if connection.dialect.name == "sqlite":
        for statement in _SQLITE_UNDO:
            connection.exec_driver_sql(statement)


def is_search_object(name: str | None) -> bool:
    """Whether a table belongs to the full-text index: no model speaks of it, so migrations must not compare it."""
    return bool(name) and str(name).startswith(WORDS)
