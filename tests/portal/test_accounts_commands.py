"""What the operator does from the shell."""

import pytest
from sqlalchemy import select

from portal.accounts.models import ApiToken, Distributor
from portal.db import db
from tests.portal.people_kit import PASSWORD, database, equip, log_in, person, waiting_letters


@pytest.fixture
def flask(app, world):
    def run(*arguments, fails=False):
        result = app.test_cli_runner().invoke(args=[str(argument) for argument in arguments])
        assert (result.exit_code != 0) == fails, result.output
        return result.output.strip()

    return run


def test_a_new_distributor_gets_its_first_administrator(app, flask):
    flask("distributor", "create", "third", "三江商贸", "--timezone", "Asia/Urumqi")
    link = flask(
        "person",
        "invite",
        "--distributor",
        "third",
        "--role",
        "administrator",
        "--phone",
        "13900001234",
        "--email",
        "a@third.example",
    )
    assert link.startswith("http://127.0.0.1:8000/join/")
    client = app.test_client()
    assert (
        client.post(
            link.removeprefix("http://127.0.0.1:8000"),
            data={"name": "新管理员", "password": PASSWORD, "again": PASSWORD},
        ).location
        == "/today"
    )
    assert client.get("/admin/people").status_code == 200
    assert [letter.to for letter in waiting_letters(app)] == ["a@third.example"]
    with database(app):
        assert (
            db.session.scalars(select(Distributor).where(Distributor.slug == "third")).one().timezone == "Asia/Urumqi"
        )
    assert "third\t三江商贸" in flask("distributor", "list")


def test_a_slug_is_given_once(app, flask):
    assert "already" in flask("distributor", "create", "first", "again", fails=True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--distributor", "nobody", "--role", "rep", "--phone", "13900001234"),
        ("--distributor", "first", "--role", "king", "--phone", "13900001234"),
        ("--distributor", "first", "--role", "rep"),
        ("--distributor", "first", "--role", "store_staff", "--phone", "13900001234"),
        ("--distributor", "first", "--role", "store_staff", "--phone", "13900001234", "--store", "9999"),
    ],
)
def test_an_invitation_that_cannot_be_says_why_in_one_line(app, flask, arguments):
    output = flask("person", "invite", *arguments, fails=True)
    assert output.startswith("Error: ")
    assert len(output.splitlines()) == 1


def test_a_token_made_in_the_shell_acts_as_the_person(app, flask):
    raw = flask(
        "token",
        "create",
        "--distributor",
        "first",
        "--person",
        "manager@first.example",
        "--name",
        "night job",
        "--scope",
        "portal.see_stores",
        "--days",
        "30",
    )
    answer = app.test_client().get("/api/v1/me", headers={"Authorization": f"Bearer {raw}"})
    assert answer.json["permissions"] == ["portal.see_stores"]
    with database(app):
        assert db.session.scalars(select(ApiToken)).one().expires_at is not None


@pytest.mark.parametrize(
    "arguments",
    [
        ("--distributor", "first", "--person", "nobody@first.example"),
        ("--distributor", "other", "--person", "manager@first.example"),
        ("--distributor", "first", "--person", "rep@first.example", "--scope", "portal.manage_people"),
    ],
)
def test_a_token_beyond_what_is_allowed_is_not_made(app, flask, arguments):
    assert flask("token", "create", "--name", "x", *arguments, fails=True).startswith("Error: ")
    with database(app):
        assert db.session.scalars(select(ApiToken)).all() == []


def test_who_lost_the_phone_is_let_in_with_the_password_again(app, world, flask):
    equip(
        app, world.first.people["rep"], tf_primary_method="authenticator", tf_totp_secret="x", mf_recovery_codes=["y"]
    )
    assert log_in(app.test_client(), "rep@first.example").location.startswith("/auth/tf-validate")
    flask("person", "unlock", "rep@first.example")
    unlocked = person(app, world.first.people["rep"])
    assert not unlocked.tf_primary_method
    assert not unlocked.mf_recovery_codes
    assert log_in(app.test_client(), "rep@first.example").location == "/account/welcome"
    assert "Error: " in flask("person", "unlock", "nobody", fails=True)
