"""PostgreSQL's own wall: row-level security, forced on every table that says whose its rows are.

Each transaction tells the database for whom it acts (portal/tenancy/telling.py). Under the application's role, which
owns no table, raw SQL then sees and writes that distributor's rows only; without the setting it sees none; "*" is
what all_distributors() sets. A row whose distributor_id is empty (work of the portal itself) is seen and written
under "*" alone. Walls between stores are the session's affair: this wall stands between distributors.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, inspect, text

from portal.tenancy.telling import EVERYBODY, SETTING

POLICY = "distributor_wall_1"  # another number when the rule changes
KEPT_FOR_GOOD = ("portal_audit",)  # rows are added and read, never edited or removed
VERSIONS = "alembic_version"  # tables that begin so are written by who migrates

_TOLD = f"(SELECT current_setting('{SETTING}', true))"
# The subqueries are evaluated once a statement, not once a row. "*" must not reach the cast: OR promises no order.
_RULE = (
    "{column} = (SELECT nullif(nullif(current_setting('" + SETTING + "', true), ''), '" + EVERYBODY + "')::int)"
    f" OR {_TOLD} = '{EVERYBODY}'"
)


def apply_row_security(connection: Connection, *, role: str = "") -> list[str]:
    """Put up the wall on each table that has none yet and give the application's role what it needs; the tables walled.

    Run at the end of every migration, as the owner of the tables. role: the application's, where it is another one.
    """
    if connection.dialect.name != "postgresql":
        return []
    walled = []
    for table, column in _open_tables(connection):
        _wall(connection, table, column)
        walled.append(table)
    if role and role != connection.scalar(text("SELECT current_user")):
        _grant(connection, role)
    return walled


def _open_tables(connection: Connection) -> Iterator[tuple[str, str]]:
    """Tables with an owner's column, and that of the distributors themselves, which have no wall yet."""
    rows = connection.execute(text(_WALLABLE), {"policy": POLICY})
    yield from ((row.name, row.column) for row in rows if not row.walled)


_WALLABLE = """
    SELECT c.relname AS name, a.attname AS column,
           c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (
               SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = :policy) AS walled
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
      AND a.attname = CASE c.relname WHEN 'portal_distributor' THEN 'id' ELSE 'distributor_id' END
    ORDER BY c.relname
"""


def _wall(connection: Connection, table: str, column: str) -> None:
    quote = connection.dialect.identifier_preparer.quote
    name, rule = quote(table), _RULE.format(column=quote(column))
    for old in connection.scalars(text(_OLD_POLICIES), {"table": table}).all():
        connection.exec_driver_sql(f"DROP POLICY {quote(old)} ON {name}")
    connection.exec_driver_sql(f"CREATE POLICY {POLICY} ON {name} USING ({rule}) WITH CHECK ({rule})")
    connection.exec_driver_sql(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")
    connection.exec_driver_sql(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY")


_OLD_POLICIES = """
    SELECT policyname FROM pg_policies
    WHERE schemaname = current_schema() AND tablename = :table AND starts_with(policyname, 'distributor_wall')
"""


def _grant(connection: Connection, role: str) -> None:
    """Let the application's role read and write rows, now and in tables to come, and nothing else."""
    quote = connection.dialect.identifier_preparer.quote
    schema = quote(connection.scalar(text("SELECT current_schema()")) or "public")
    name = quote(role)
    tables = inspect(connection).get_table_names()
    for statement in (
        f"GRANT USAGE ON SCHEMA {schema} TO {name}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {name}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {name}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {name}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT USAGE, SELECT ON SEQUENCES TO {name}",
        *(f"REVOKE UPDATE, DELETE ON {quote(table)} FROM {name}" for table in tables if table in KEPT_FOR_GOOD),
        *(f"REVOKE INSERT, UPDATE, DELETE ON {quote(t)} FROM {name}" for t in tables if t.startswith(VERSIONS)),
    ):
        connection.exec_driver_sql(statement)


def check_role(connection: Connection) -> list[str]:
    """What makes PostgreSQL's wall useless for the role of this connection, in plain words; empty when it stands."""
    if connection.dialect.name != "postgresql":
        return []
    role = connection.execute(text(_ROLE)).one()
    warnings = []
    if role.rolsuper:
        warnings.append(f"the database role {role.rolname} is a superuser: PostgreSQL's walls do not hold for it")
    elif role.rolbypassrls:
        warnings.append(f"the database role {role.rolname} has BYPASSRLS: PostgreSQL's walls do not hold for it")
    if role.owned:
        warnings.append(
            f"the database role {role.rolname} owns {role.owned} tables and could take their walls down: serve pages"
            " with another role, and name the owner in MIGRATION_DATABASE_URL"
        )
    bare = [table for table, _ in _open_tables(connection)]
    if bare:
        warnings.append(f"tables without a wall in PostgreSQL: {', '.join(bare)}")
    return warnings


_ROLE = """
    SELECT r.rolname, r.rolsuper, r.rolbypassrls,
           (SELECT count(*) FROM pg_class c WHERE c.relkind IN ('r', 'p')
               AND c.relnamespace = current_schema()::regnamespace AND c.relowner = r.oid) AS owned
    FROM pg_roles r WHERE r.rolname = current_user
"""
