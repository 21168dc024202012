"""Putting PostgreSQL's wall up at each migration, and warning of roles for which it does not hold."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine, create_engine, text

from portal.db import Model
from portal.row_security import apply_row_security, check_role
from tests.portal.yard import OURS, THEIRS, Ids, WalledDatabase
from tests.portal.yard_postgresql import act, column, ids, owner, raw, refused, walled

__all__ = ["ids", "owner", "raw", "walled"]


def test_every_table_with_an_owner_has_its_wall(owner: Connection) -> None:
    wanted = {table.name for table in Model.metadata.tables.values() if "distributor_id" in table.c}
    forced = column(owner, "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
    policies = column(owner, "SELECT tablename FROM pg_policies WHERE policyname = 'distributor_wall_1'")
    assert wanted | {"portal_distributor"} == set(forced) == set(policies)


def test_a_new_table_gets_its_wall_at_the_next_migration_and_the_others_are_left(
    owner: Connection, walled: tuple[Flask, Ids, WalledDatabase]
) -> None:
    role = walled[2].role
    assert apply_row_security(owner, role=role) == []
    owner.execute(text("CREATE TABLE walltest_new (id int, distributor_id int)"))
    owner.execute(text("CREATE TABLE walltest_plain (id int)"))
    owner.execute(text("INSERT INTO walltest_new VALUES (1, 1), (2, 2)"))
    assert any("walltest_new" in warning for warning in check_role(owner))
    assert apply_row_security(owner, role=role) == ["walltest_new"]
    assert apply_row_security(owner, role=role) == []
    owner.execute(text(f'SET LOCAL ROLE "{role}"'))
    act(owner, THEIRS)
    assert column(owner, "SELECT id FROM walltest_new") == [2]
    assert column(owner, "SELECT count(*) FROM walltest_plain") == [0]


def test_an_older_wall_is_replaced(owner: Connection) -> None:
    owner.execute(text("CREATE TABLE walltest_new (id int, distributor_id int)"))
    owner.execute(text("CREATE POLICY distributor_wall_0 ON walltest_new USING (true)"))
    owner.execute(text("CREATE POLICY of_the_operator ON walltest_new AS RESTRICTIVE USING (true)"))
    assert apply_row_security(owner) == ["walltest_new"]
    left = column(owner, "SELECT policyname FROM pg_policies WHERE tablename = 'walltest_new' ORDER BY 1")
    assert left == ["distributor_wall_1", "of_the_operator"]


def test_versions_of_migrations_are_read_but_not_written(
    owner: Connection, walled: tuple[Flask, Ids, WalledDatabase]
) -> None:
    owner.execute(text("CREATE TABLE alembic_version_x (version_num text)"))
    apply_row_security(owner, role=walled[2].role)
    owner.execute(text(f'SET LOCAL ROLE "{walled[2].role}"'))
    assert column(owner, "SELECT count(*) FROM alembic_version_x") == [0]
    with refused(owner, "permission denied"):
        owner.execute(text("INSERT INTO alembic_version_x VALUES ('x')"))


def test_an_owner_without_other_rights_stands_before_its_own_walls(
    owner: Connection, walled: tuple[Flask, Ids, WalledDatabase]
) -> None:
    role = walled[2].role
    owner.execute(text(f'GRANT CREATE ON SCHEMA public TO "{role}"'))
    owner.execute(text(f'SET LOCAL ROLE "{role}"'))
    owner.execute(text("CREATE TABLE walltest_new (id int, distributor_id int)"))
    owner.execute(text("INSERT INTO walltest_new VALUES (1, 1), (2, 2)"))
    assert apply_row_security(owner, role=role) == ["walltest_new"]
    assert column(owner, "SELECT count(*) FROM walltest_new") == [0]
    act(owner, OURS)
    assert column(owner, "SELECT id FROM walltest_new") == [1]
    assert [w for w in check_role(owner) if "owns 1 table" in w]


# Who should not serve pages


def test_the_applications_role_gives_no_cause_for_warning(raw: Connection) -> None:
    assert check_role(raw) == []


def test_roles_before_which_no_wall_holds_are_named(engine_of_owner: Engine) -> None:
    with engine_of_owner.connect() as connection:
        warnings = check_role(connection)
        assert [warning for warning in warnings if "is a superuser" in warning]
        assert [warning for warning in warnings if " tables and could take their walls down" in warning]
        connection.execute(text("CREATE ROLE sw_walls_bypass BYPASSRLS"))
        connection.execute(text("SET LOCAL ROLE sw_walls_bypass"))
        assert [warning for warning in check_role(connection) if "sw_walls_bypass has BYPASSRLS" in warning]
        connection.rollback()


@pytest.fixture
def engine_of_owner(walled: tuple[Flask, Ids, WalledDatabase]) -> Iterator[Engine]:
    engine = create_engine(walled[2].owner_url)
    yield engine
    engine.dispose()


def test_on_sqlite_there_is_nothing_to_put_up() -> None:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        assert apply_row_security(connection, role="x") == []
        assert check_role(connection) == []
    engine.dispose()
