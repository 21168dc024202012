"""The migrations of the core and of each plug-in: a history each, counted in a version table of its own.

Apart from each other on purpose: a history that is broken, missing or purged touches no other one. (With one table
for all and `depends_on`, Alembic folds the core's revision into the first plug-in's row: purging that plug-in would
lose the core's place.) The order between them is the host's: the core first, then each plug-in after those it requires.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, current_app
from sqlalchemy import Connection, column, inspect, select, table

from portal.db import db
from portal.host import Host, PluginProblem, plugin_root

if TYPE_CHECKING:  # Alembic is for who migrates; a web process asks only whether somebody should
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

CORE = "portal"
VERSIONS = "alembic_version_"
FACT = re.compile(r"^(revision|down_revision)\b[^=\n]*=\s*(.+)$", re.MULTILINE)
NO_DEPENDENCY = "depends_on is not needed: what a plug-in requires is always migrated before it"


@dataclass(frozen=True, slots=True)
class History:
    """The migrations of one owner: "portal", or a plug-in by its name."""

    owner: str
    folder: Path
    template: Path

    @property
    def version_table(self) -> str:
        """Where the database notes how far this history has come."""
        return f"{VERSIONS}{self.owner}"

    def scripts(self) -> ScriptDirectory:
        """The migrations as Alembic reads them; PluginProblem where a file cannot be read."""
        from alembic.config import Config
        from alembic.script import ScriptDirectory
        from alembic.util import immutabledict

        config = Config()
        config.set_main_option("path_separator", "newline")
        config.set_main_option("script_location", str(self.template).replace("%", "%%"))
        config.set_main_option("version_locations", str(self.folder).replace("%", "%%"))
        config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
        config.messaging_opts = immutabledict({"quiet": True})  # what was written is the command's to say
        try:
            scripts = ScriptDirectory.from_config(config)
            scripts.get_heads()
        except KeyError as error:
            reason = f"one refers to {error}, which is not there; {NO_DEPENDENCY}"
            raise PluginProblem(f"the migrations in {self.folder} cannot be read: {reason}") from error
        except Exception as error:
            raise PluginProblem(f"the migrations in {self.folder} cannot be read: {error}") from error
        return scripts

    def problems(self) -> list[str]:
        """What is wrong with the files, in plain words; empty when all is well."""
        scripts = self.scripts()
        heads, bases = scripts.get_heads(), scripts.get_bases()
        found = []
        if len(heads) > 1:
            found.append(f"two migrations are the newest: {', '.join(sorted(heads))}; let one follow the other")
        if len(bases) > 1:
            found.append(f"two migrations are the first: {', '.join(sorted(bases))}; let one follow the other")
        for script in scripts.walk_revisions():
            name = Path(script.path).name
            label = script.module.branch_labels
            if script.is_base and tuple([label] if isinstance(label, str) else label or ()) != (self.owner,):
                found.append(f"{name} belongs to {label!r}, not to {self.owner!r} (branch_labels)")
            if getattr(script.module, "depends_on", None):
                found.append(f"{name} has depends_on; {NO_DEPENDENCY}")
        return found

    def context(
        self, connection: Connection, work: Callable[..., Any] | None = None, **options: Any
    ) -> MigrationContext:
        """Alembic's view of a connection, as this history counts it."""
        from alembic.runtime.migration import MigrationContext

        return MigrationContext.configure(
            connection=connection,
            opts={"fn": work, "version_table": self.version_table, "target_metadata": db.metadata, **options},
        )

    def upgrade(self, connection: Connection) -> None:
        """Run what is missing, inside the transaction that the connection is in."""
        from alembic.operations import Operations

        scripts = self.scripts()
        context = self.context(connection, lambda at, _: scripts._upgrade_revs("heads", at))
        with Operations.context(context):
            context.run_migrations()

    def is_current(self, connection: Connection) -> bool:
        """Whether the database has every migration of this history."""
        return self.applied(connection) == self.newest()

    def applied(self, connection: Connection) -> set[str]:
        """The migrations that the database stands at; empty before the first."""
        if not inspect(connection).has_table(self.version_table):
            return set()
        return set(connection.scalars(select(column("version_num")).select_from(table(self.version_table))))

    def newest(self) -> set[str]:
        """The newest migrations among the files, read as text: what a start asks should not load all of Alembic."""
        facts = [dict(FACT.findall(path.read_text(encoding="utf-8"))) for path in self.folder.glob("[!_]*.py")]
        try:
            names = {ast.literal_eval(fact["revision"]) for fact in facts}
            before = [ast.literal_eval(fact["down_revision"]) for fact in facts]
        except (KeyError, ValueError, SyntaxError):
            return set(self.scripts().get_heads())
        return names - {name for one in before for name in (one if isinstance(one, tuple) else (one,))}


def histories(app: Flask | None = None) -> list[History]:
    """Every history of this process, in the order in which they are migrated."""
    app = app or current_app
    core = Path(app.root_path).parent / "migrations"
    host: Host = app.extensions["storewise_host"]
    roots = [(name, plugin_root(plugin) / "migrations") for name, plugin in host.migratable().items()]
    return [History(CORE, core, core)] + [History(name, folder, core) for name, folder in roots if folder.is_dir()]


def history_of(owner: str) -> History:
    """The history of "portal" or of a loaded plug-in, also where its first migration is still to be written."""
    host: Host = current_app.extensions["storewise_host"]
    core = Path(current_app.root_path).parent / "migrations"
    if owner == CORE:
        return History(CORE, core, core)
    if owner not in host.plugins:
        raise PluginProblem(f"no plug-in called {owner!r} is loaded: name it in PLUGINS, or install it")
    return History(owner, plugin_root(host.plugins[owner]) / "migrations", core)


def owners_on_record(connection: Connection) -> set[str]:
    """Whose migrations the database has seen."""
    tables: Iterable[str] = inspect(connection).get_table_names()
    return {name.removeprefix(VERSIONS) for name in tables if name.startswith(VERSIONS)}
