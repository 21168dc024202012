"""The audit log is append-only in the database too, whoever holds the connection."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

TABLE = "portal_audit"

_SQLITE = """
    CREATE TRIGGER IF NOT EXISTS portal_audit_keep_rows BEFORE DELETE ON portal_audit
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
    ;;
    CREATE TRIGGER IF NOT EXISTS portal_audit_keep_words BEFORE UPDATE ON portal_audit
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
"""
_POSTGRESQL = """
    CREATE OR REPLACE FUNCTION portal_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'restrict_violation'; END $$
    ;;
    DROP TRIGGER IF EXISTS portal_audit_keep ON portal_audit
    ;;
    CREATE TRIGGER portal_audit_keep BEFORE UPDATE OR DELETE ON portal_audit
    FOR EACH ROW EXECUTE FUNCTION portal_audit_refuse()
    ;;
    DROP TRIGGER IF EXISTS portal_audit_keep_all ON portal_audit
    ;;
    CREATE TRIGGER portal_audit_keep_all BEFORE TRUNCATE ON portal_audit
    FOR EACH STATEMENT EXECUTE FUNCTION portal_audit_refuse()
"""


def create_audit_guards(connection: Connection) -> None:
    """Put the triggers up; harmless where they stand already, nothing where the table is not there yet."""
    if not inspect(connection).has_table(TABLE):
        return
    script = _POSTGRESQL if connection.dialect.name == "postgresql" else _SQLITE
    for statement in script.split(";;"):
        connection.execute(text(statement))
