"""Writing migrations: the models of the core or a plug-in, compared with what its migrations make."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from alembic.autogenerate import compare_metadata, produce_migrations, render_python_code
from sqlalchemy import Connection, create_engine
from sqlalchemy.dialects import postgresql

from portal.db import db
from portal.histories import CORE, VERSIONS, History, histories, history_of
from portal.schema import migrating, upgrade_on


@contextmanager
def scratch_database() -> Iterator[Connection]:
    """An SQLite file of its own that has every migration of this process."""
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{folder}/scratch.db")
        try:
            with migrating(engine) as connection:
                upgrade_on(connection)
                yield connection
        finally:
            engine.dispose()


def write_revision(owner: str, message: str, *, empty: bool = False) -> list[str]:
    """Write the migration that brings `owner` ("portal" or a plug-in) to its models; the files written.

    empty: a migration without changes of tables, for data.
    """
    history = history_of(owner)
    history.folder.mkdir(exist_ok=True)
    with scratch_database() as connection:
        context = history.context(connection, **_options(owner))
        changes = produce_migrations(context, db.metadata)
    there, back = (_code(operations) for operations in (changes.upgrade_ops, changes.downgrade_ops))
    if there == "pass" and not empty:
        return []
    return [_write(history, message, "pass", "pass") if empty else _write(history, message, there, back)]


def _code(operations: Any) -> str:
    code = render_python_code(
        operations, render_as_batch=True, render_item=_render, imports=[], user_module_prefix=None
    )
    lines = [line for line in code.splitlines() if not line.strip().startswith("# ###")]
    return "\n".join(f"    {line.removeprefix('    ')}".rstrip() for line in lines).strip() or "pass"


def _write(history: History, message: str, upgrades: str, downgrades: str) -> str:
    scripts = history.scripts()
    count = len(list(scripts.walk_revisions()))
    script = scripts.generate_revision(
        f"{count + 1:04}",
        message,
        head=scripts.get_current_head() or "base",
        branch_labels=None if count else (history.owner,),
        version_path=str(history.folder),
        upgrades=upgrades,
        downgrades=downgrades,
        imports="",
    )
    assert script is not None
    return str(script.path)


def pending_changes(owners: list[str] | None = None) -> dict[str, list[Any]]:
    """How the models of each owner differ from what its migrations make; only owners that are not in step."""
    wanted = owners if owners is not None else [CORE, *(h.owner for h in histories() if h.owner != CORE)]
    found = {}
    with scratch_database() as connection:
        for owner in wanted:
            context = history_of(owner).context(connection, **_options(owner))
            differences = list(compare_metadata(context, db.metadata))
            if differences:
                found[owner] = differences
    return found


def _options(owner: str) -> dict[str, Any]:
    return {"compare_type": True, "render_as_batch": True, "include_object": _only(owner), "render_item": _render}


def _only(owner: str) -> Callable[..., bool]:
    def include(thing: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
        table = str(name) if kind == "table" else getattr(getattr(thing, "table", None), "name", "")
        if kind == "table" and reflected and compare_to is None and (table.startswith(VERSIONS) or "search" in table):
            return False  # what is made beside the migrations
        return table.startswith(f"{owner}_")

    return include


def _render(kind: str, thing: Any, context: Any) -> Any:
    """Write JSON columns as JSON on SQLite and JSONB on PostgreSQL, and Flask-Security's lists as the text they are."""
    if kind == "type" and type(thing).__name__ == "TextList":
        return "sa.Text()"
    if kind == "type" and type(thing).__name__ == "JSON" and not isinstance(thing, postgresql.JSON):
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False
