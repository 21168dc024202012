"""What the operator does about people and distributors from the shell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import wraps
from typing import Any

import click
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import or_, select

from portal import clock
from portal.accounts import invitations
from portal.accounts.credentials import drop_second_factors
from portal.accounts.invitations import Guest
from portal.accounts.models import Distributor, Membership, Person, Role
from portal.accounts.notes import note_everywhere
from portal.accounts.queries import store_named
from portal.accounts.services import create_distributor
from portal.accounts.sign_ins import end_all_sign_ins
from portal.accounts.tokens import create_token
from portal.db import db, write_intent
from portal.errors import PortalError
from portal.identity import normal_email, normal_phone
from portal.tenancy import Scope, acting_for, all_distributors

distributor_group = AppGroup("distributor", help="Distributors of this portal.")
person_group = AppGroup("person", help="People, whichever distributor they belong to.")
token_group = AppGroup("token", help="Tokens for programs.")


def written(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command runs in one writing transaction, and says what a rule forbids in one line."""

    @wraps(command)
    @with_appcontext
    def run(*args: Any, **kwargs: Any) -> Any:
        token = write_intent.set(True)
        try:
            result = command(*args, **kwargs)
            db.session.commit()
            return result
        except PortalError as error:
            raise click.ClickException(str(error)) from error
        finally:
            db.session.rollback()
            write_intent.reset(token)

    return run


@contextmanager
def _as_distributor(slug: str) -> Iterator[Distributor]:
    with all_distributors(reason="a command for one distributor", quiet=True):
        found = db.session.scalars(select(Distributor).where(Distributor.slug == slug)).one_or_none()
    if found is None:
        raise click.ClickException(f"There is no distributor {slug!r}.")
    with acting_for(Scope(found.id)):
        yield found


def _person(identity: str) -> Person:
    email, phone = normal_email(identity), normal_phone(identity)
    wanted = [Person.email == email] if email else []
    wanted += [Person.phone == phone] if phone else []
    with all_distributors(reason="a command about one person", quiet=True):
        found = db.session.scalars(select(Person).where(or_(*wanted))).first() if wanted else None
    if found is None:
        raise click.ClickException(f"Nobody has the address or number {identity!r}.")
    return found


@distributor_group.command("create")
@click.argument("slug")
@click.argument("name")
@click.option("--timezone", default="Asia/Shanghai", show_default=True)
@click.option("--language", type=click.Choice(["zh_Hans", "en"]), default="zh_Hans", show_default=True)
@click.option("--without-plugins", is_flag=True, help="Leave every plug-in switched off.")
@written
def create(slug: str, name: str, timezone: str, language: str, without_plugins: bool) -> None:
    """A new distributor with the built-in roles; invite its first administrator next."""
    with all_distributors(reason="is the slug free", quiet=True):
        if db.session.scalar(select(Distributor.id).where(Distributor.slug == slug)):
            raise click.ClickException(f"There is a distributor {slug!r} already.")
    create_distributor(slug, name, timezone=timezone, language=language, plugins=not without_plugins)
    click.echo(f"Created. Next: flask person invite --distributor {slug} --role administrator --email ...")


@distributor_group.command("list")
@with_appcontext
def list_distributors() -> None:
    """Each distributor's slug and name."""
    with all_distributors(reason="list of distributors", quiet=True):
        for row in db.session.scalars(select(Distributor).order_by(Distributor.slug)):
            click.echo(f"{row.slug}\t{row.name}")


@person_group.command("invite")
@click.option("--distributor", "slug", required=True, help="The distributor's slug.")
@click.option(
    "--role", "role_key", required=True, help="administrator, manager, expert, rep, store_manager, store_staff"
)
@click.option("--email", default="")
@click.option("--phone", default="", help="Chinese numbers need no country code.")
@click.option("--name", default="")
@click.option("--store", "store_text", default="", help="Number of the store, for store people.")
@written
def invite(slug: str, role_key: str, email: str, phone: str, name: str, store_text: str) -> None:
    """Invite somebody, and print the link; with an e-mail address it is sent too."""
    with _as_distributor(slug):
        role = db.session.scalars(select(Role).where(Role.key == role_key)).one_or_none()
        if role is None:
            known = ", ".join(db.session.scalars(select(Role.key).order_by(Role.id)))
            raise click.ClickException(f"There is no role {role_key!r}; there are: {known}")
        _, raw = invitations.invite(Guest(role, store_named(store_text), name, email, phone), by=None)
        click.echo(invitations.join_url(raw))


@person_group.command("unlock")
@click.argument("identity")
@written
def unlock(identity: str) -> None:
    """Take away second step and passkeys of somebody who lost the phone, and log them out everywhere.

    Make sure first that it is them who ask.
    """
    person = _person(identity)
    drop_second_factors(person)
    ended = end_all_sign_ins(person)
    note_everywhere(person, "person.factors_removed")
    click.echo(f"{person.name}: second step and passkeys removed, {ended} devices logged out.")


@token_group.command("create")
@click.option("--distributor", "slug", required=True, help="The distributor's slug.")
@click.option("--person", "identity", required=True, help="E-mail address or phone number.")
@click.option("--name", required=True, help="What the token is for.")
@click.option(
    "--scope", "scopes", multiple=True, help="A permission; repeat it. Without any: all that the person may do."
)
@click.option("--days", type=click.IntRange(1, 3650), default=None, help="Until when; without it there is no end.")
@written
def create_for(slug: str, identity: str, name: str, scopes: tuple[str, ...], days: int | None) -> None:
    """A token that acts as somebody at a distributor; it is printed this once."""
    person = _person(identity)
    with _as_distributor(slug):
        statement = (
            select(Membership, Role)
            .join(Role, Role.id == Membership.role_id)
            .where(Membership.person_id == person.id, Membership.active.is_(True))
            .order_by(Membership.id)
        )
        found = db.session.execute(statement).first()
        if found is None:
            raise click.ClickException(f"{person.name} is no member of {slug}.")
        beyond = sorted(set(scopes) - set(found.Role.permissions))
        if beyond:
            raise click.ClickException(f"{person.name} may not do this: {', '.join(beyond)}")
        expires_at = clock.now() + timedelta(days=days) if days else None
        _, raw = create_token(found.Membership, name, scopes=scopes, expires_at=expires_at)
        click.echo(raw)


GROUPS = (distributor_group, person_group, token_group)
