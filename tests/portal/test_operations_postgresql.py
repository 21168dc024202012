"""Backup and restore on PostgreSQL behind its walls, where neither the owner nor the application is a superuser; and
the way from SQLite to there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from sqlalchemy import create_engine, make_url, text
from structlog.testing import capture_logs

from portal.accounts.models import Distributor
from portal.db import db, write_intent
from portal.row_security import check_role
from portal.schema import check_start
from portal.tenancy import all_distributors
from tests.portal.operations_kit import all_files, all_rows, command, fill, migrate, portal_in, rows_of_models
from tests.portal.yard import postgres_server

PASSWORD = "only-for-tests"


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server on which databases come with an owner and an application's role."""

    address: str

    @contextmanager
    def database(self, name: str) -> Iterator[dict[str, Any]]:
        """The two settings of a portal on a new database."""
        name = f"sw_{os.getpid()}_{name}"
        roles = [f"{name}_owner", f"{name}_app"]
        removal = [f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', *(f'DROP ROLE IF EXISTS "{r}"' for r in roles)]
        self.run(*removal)
        self.run(*(f"CREATE ROLE \"{role}\" LOGIN PASSWORD '{PASSWORD}'" for role in roles))
        self.run(f'CREATE DATABASE "{name}" OWNER "{roles[0]}"')
        owner, application = (self.url(name, role) for role in roles)
        try:
            yield {"DATABASE_URL": application, "MIGRATION_DATABASE_URL": owner}
        finally:
            self.run(*removal)

    def url(self, database: str, role: str) -> str:
        address = make_url(self.address).set(database=database, username=role, password=PASSWORD)
        return address.render_as_string(hide_password=False)

    def run(self, *statements: str) -> None:
        engine = create_engine(f"{self.address}/postgres", isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()


@pytest.fixture(scope="module")
def server() -> Server:
    """The server for tests; without one there is nothing to test, and in CI that is a failure."""
    address = postgres_server()
    try:
        psycopg.connect(f"{address}/postgres".replace("+psycopg", ""), connect_timeout=5).close()
    except psycopg.OperationalError as error:
        if os.environ.get("TEST_POSTGRES_URL"):
            raise
        pytest.skip(f"this machine has no PostgreSQL: {error}")
    return Server(address)


def walls_stand(app: Any) -> bool:
    """Whether the role that serves pages can neither pass PostgreSQL's walls nor take them down."""
    with app.app_context(), db.engine.connect() as connection:
        return check_role(connection) == []


def add_distributor(app: Any) -> int:
    """A new row, by the role that serves pages."""
    with app.app_context(), all_distributors(reason="test"):
        token = write_intent.set(True)
        added = Distributor(slug="new", name="new")
        db.session.add(added)
        db.session.commit()
        db.session.remove()
        write_intent.reset(token)
        return added.id


def test_behind_the_walls_everything_is_saved_and_comes_back_to_other_roles(server, tmp_path):
    with server.database("a") as here, portal_in(tmp_path / "a", **here) as source:
        fill(source)
        command(source, "backup", tmp_path / "b.zip")
        with server.database("b") as there, portal_in(tmp_path / "b", **there) as target:
            command(target, "restore", tmp_path / "b.zip")
            before, after = all_rows(source), all_rows(target)
            assert before.pop("portal_plugin")
            assert after.pop("portal_plugin")
            assert sum(len(rows) for rows in before.values()) > 300
            assert after == before
            assert walls_stand(target)
            assert add_distributor(target) == 2
            command(target, "restore", "--force", tmp_path / "b.zip")
            assert all_rows(target)["portal_distributor"] == before["portal_distributor"]


def test_a_password_with_odd_signs_is_no_hindrance_and_stands_in_no_list_of_processes(server, tmp_path):
    with server.database("odd") as here:
        role = make_url(here["MIGRATION_DATABASE_URL"])
        server.run(f"ALTER ROLE \"{role.username}\" PASSWORD 'a b/@:%#中'")
        odd = role.set(password="a b/@:%#中").render_as_string(hide_password=False)
        with portal_in(tmp_path / "odd", **here | {"MIGRATION_DATABASE_URL": odd}) as app:
            fill(app)
            command(app, "backup", tmp_path / "b.zip")


def test_from_sqlite_to_postgresql_every_row_moves_with_its_id(server, tmp_path):
    with portal_in(tmp_path / "small", DATABASE_URL=f"sqlite:///{tmp_path / 'small.db'}") as source:
        fill(source)
        command(source, "backup", tmp_path / "b.zip")
        before = rows_of_models(source)
        with server.database("large") as there, portal_in(tmp_path / "large", **there) as target:
            command(target, "restore", tmp_path / "b.zip")
            after = rows_of_models(target)
            assert before.pop("portal_plugin")[0][0] == after.pop("portal_plugin")[0][0]
            assert len(before.pop("portal_search_entry")) == len(after.pop("portal_search_entry")) > 0
            assert after == before
            assert {name for name, rows in before.items() if rows} >= {
                "trade_sales_month",
                "portal_audit",
                "portal_job",
            }
            assert all_files(target) == all_files(source) != {}
            assert walls_stand(target)
            assert add_distributor(target) == 2
            client = target.test_client()
            client.post("/auth/login", data={"email": "admin@other.example", "password": "demo-storewise"})
            assert "/complaints/C-" in client.get("/search?q=随车").text


def test_a_start_warns_of_a_role_for_which_the_walls_do_not_hold(server, tmp_path):
    with server.database("walls") as here:
        owner = here["MIGRATION_DATABASE_URL"]
        with portal_in(tmp_path / "app", **here) as app, capture_logs() as logged:
            migrate(app)
            check_start(app)
            assert [line for line in logged if "walls" in line["event"] and line["log_level"] == "warning"] == []
        with portal_in(tmp_path / "owner", DATABASE_URL=owner) as app, capture_logs() as logged:
            check_start(app)
            assert any("owns" in line.get("reason", "") for line in logged if line["log_level"] == "warning")
        server.run(f'ALTER ROLE "{make_url(owner).username}" SUPERUSER')
        with portal_in(tmp_path / "super", DATABASE_URL=owner) as app, capture_logs() as logged:
            check_start(app)
            assert any("is a superuser" in line.get("reason", "") for line in logged if line["log_level"] == "warning")


def test_from_postgresql_to_sqlite_there_is_no_way(server, tmp_path):
    with server.database("c") as here, portal_in(tmp_path / "c", **here) as source:
        fill(source)
        command(source, "backup", tmp_path / "b.zip")
    with portal_in(tmp_path / "d", DATABASE_URL=f"sqlite:///{tmp_path / 'd.db'}") as target:
        assert "cannot go into SQLite" in command(target, "restore", tmp_path / "b.zip", fails=True)
        assert all_rows(target) == {}


def test_without_the_programs_of_postgresql_the_command_says_what_to_install(server, tmp_path, monkeypatch):
    with server.database("e") as here, portal_in(tmp_path / "e", **here) as app:
        fill(app)
        monkeypatch.setenv("PATH", str(tmp_path))
        assert "apt-get install postgresql-client" in command(app, "backup", tmp_path / "b.zip", fails=True)
        assert not (tmp_path / "b.zip").exists()
