"""The doctor looks at the database: is it there, behind its walls, up to date, on time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from flask import current_app
from sqlalchemy import make_url, select, text

from portal import clock, schema
from portal.accounts.models import Distributor
from portal.db import db
from portal.demo import is_the_demo
from portal.host import the_host
from portal.operations.check_settings import is_local
from portal.operations.findings import Finding, ok, problem, warning
from portal.row_security import check_role
from portal.tenancy import all_distributors

SUBJECT = "database"
SKEW_WARNING_SECONDS, SKEW_PROBLEM_SECONDS = 2.0, 30.0


def database() -> Iterator[Finding]:
    """Whether it answers, and as what; everything else about it is looked at only then."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            version = f"SQLite {connection.scalar(text('SELECT sqlite_version()'))}"
        else:
            version = f"PostgreSQL {connection.scalar(text('SHOW server_version'))}"
    where = make_url(current_app.config["SQLALCHEMY_DATABASE_URI"]).render_as_string(hide_password=True)
    yield ok(SUBJECT, f"{version} answers at {where}")


def walls() -> Iterator[Finding]:
    """Whether PostgreSQL's own walls hold for the role that serves pages."""
    with db.engine.connect() as connection:
        if connection.dialect.name != "postgresql":
            return
        found = check_role(connection)
    yield from (problem("walls", sentence) for sentence in found)
    if not found:
        yield ok("walls", "row-level security stands, and the role that serves pages cannot take it down")


def tables() -> Iterator[Finding]:
    """Whether the tables are those that the code expects."""
    if schema.is_empty():
        yield problem("tables", "there are none yet: flask db upgrade")
        return
    behind = schema.pending()
    if behind:
        yield problem("tables", f"behind: {', '.join(behind)}: flask db upgrade")
    yield from (problem("tables", sentence) for sentence in schema.missing_owners())
    if not behind:
        yield ok("tables", "up to date")


def plugins() -> Iterator[Finding]:
    """Whether every installed plug-in could be let in."""
    host = the_host()
    yield from (problem("plug-ins", f"{name} is in quarantine: {why}") for name, why in host.quarantined.items())
    yield ok("plug-ins", ", ".join(host.plugins) or "none")


def clocks() -> Iterator[Finding]:
    """Whether this machine and the database's agree about the time; deadlines and leases need it."""
    with db.engine.connect() as connection:
        if connection.dialect.name != "postgresql":
            return
        there: datetime = connection.scalar(text("SELECT clock_timestamp()"))
    apart = abs((clock.now() - there.astimezone(UTC)).total_seconds())
    if apart >= SKEW_WARNING_SECONDS:
        say = problem if apart >= SKEW_PROBLEM_SECONDS else warning
        yield say("clock", f"this machine and the database's are {apart:.0f} seconds apart: set both by NTP")
    else:
        yield ok("clock", "this machine and the database's agree")


def distributors() -> Iterator[Finding]:
    """Whether there is somebody to serve, and not by passwords that everybody knows."""
    with all_distributors(reason="the doctor looks", quiet=True):
        slugs = db.session.scalars(select(Distributor.slug).order_by(Distributor.slug)).all()
    demo = is_the_demo()
    db.session.rollback()
    if not slugs:
        yield warning("distributors", "none yet: flask distributor create SLUG NAME")
        return
    if demo and not is_local(current_app.config["PUBLIC_URL"]):
        yield problem(
            "distributors", "the demo's people are here, whose password everybody knows, and the portal is public"
        )
    else:
        yield ok("distributors", f"{len(slugs)}" + (", the demo" if demo else ""))


CHECKS = (walls, tables, plugins, clocks, distributors)
