"""People, the distributors they belong to, and what they may do there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from flask_security import AsaList, UserMixin, WebAuthnMixin
from sqlalchemy import ForeignKey, ForeignKeyConstraint, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.sql.functions import FunctionElement

from portal import clock
from portal.db import Model
from portal.stores.models import Store
from portal.tenancy import DistributorOwned


class Distributor(Model):
    """A tenant of the portal: a 经销商 and all that is its own."""

    __tablename__ = "portal_distributor"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str]
    timezone: Mapped[str] = mapped_column(default="Asia/Shanghai")
    language: Mapped[str] = mapped_column(default="zh_Hans")
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    # No column: which plug-ins are switched on, with their settings, when the viewer was loaded (accounts/viewer.py).
    switched_on: ClassVar[Mapping[str, Mapping[str, Any]]] = {}


class PluginActivation(DistributorOwned, Model):
    """The second switch: a plug-in that runs in this process is on or off for one distributor."""

    __tablename__ = "portal_plugin_activation"
    __table_args__ = (UniqueConstraint("distributor_id", "plugin"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plugin: Mapped[str] = mapped_column(String(60))
    active: Mapped[bool] = mapped_column(default=True)
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)


class all_switches(FunctionElement[str]):
    """An SQL function: rows of distributor, plug-in and settings as one text, a JSON list of lists, on both databases."""

    type = Text()
    inherit_cache = True


@compiles(all_switches, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    distributor, plugin, settings = (compiler.process(clause, **options) for clause in element.clauses)
    return f"json_group_array(json_array({distributor}, {plugin}, json({settings})))"


@compiles(all_switches, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f"jsonb_agg(jsonb_build_array({compiler.process(element.clauses, **options)}))::text"


class TextList(AsaList):
    """Short texts in one column, as Flask-Security keeps them; it has no state, so statements with it are cached."""

    cache_ok = True


class Person(UserMixin, Model):  # type: ignore[misc]
    """Somebody who signs in; belongs to no distributor, but has memberships with several."""

    __tablename__ = "portal_person"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(default="")
    email: Mapped[str | None] = mapped_column(String(255), unique=True)  # type: ignore[assignment]
    phone: Mapped[str | None] = mapped_column(String(32), unique=True)  # E.164
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    fs_token_uniquifier: Mapped[str | None] = mapped_column(String(64), unique=True)  # type: ignore[assignment]
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(String(64), unique=True)  # type: ignore[assignment]
    confirmed_at: Mapped[datetime | None]
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(TextList()))  # type: ignore[no-untyped-call]
    language: Mapped[str] = mapped_column(default="")
    theme: Mapped[str] = mapped_column(default="auto")
    quiet_from: Mapped[str] = mapped_column(String(5), default="21:00")
    quiet_until: Mapped[str] = mapped_column(String(5), default="07:30")
    digest: Mapped[bool] = mapped_column(default=False)  # one mail a day, at this hour of the distributor's day
    digest_hour: Mapped[int] = mapped_column(default=8)
    calendar_secret: Mapped[str | None] = mapped_column(String(64), unique=True)
    erased_at: Mapped[datetime | None]
    create_datetime: Mapped[datetime] = mapped_column(default=clock.now)
    update_datetime: Mapped[datetime] = mapped_column(default=clock.now, onupdate=clock.now)

    memberships: Mapped[list[Membership]] = relationship(lambda: Membership, lazy="raise_on_sql", viewonly=True)
    webauthn: Mapped[list[Passkey]] = relationship(  # type: ignore[assignment]
        lambda: Passkey, lazy="select", back_populates="user", cascade="all, delete-orphan"
    )

    @property
    def roles(self) -> list[Any]:  # type: ignore[override]
        """Flask-Security asks for portal-wide roles; there are none: what a person may do hangs on a membership."""
        return []


class SignIn(Model):
    """One device on which a person is signed in: what its cookie carries counts only while this row is open."""

    __tablename__ = "portal_sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("portal_person.id", ondelete="CASCADE"), index=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    started_at: Mapped[datetime] = mapped_column(default=clock.now)
    seen_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    via: Mapped[str] = mapped_column(String(20), default="")
    device: Mapped[str] = mapped_column(String(200), default="")
    # Which of several memberships was chosen last, for a browser that was closed and comes back.
    membership_id: Mapped[int | None] = mapped_column(ForeignKey("portal_membership.id", ondelete="SET NULL"))


class UsedCode(Model):
    """A one-time code of an authenticator app that was taken, so that it is not taken twice."""

    __tablename__ = "portal_used_code"
    __table_args__ = (UniqueConstraint("person_id", "counter"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("portal_person.id", ondelete="CASCADE"))
    counter: Mapped[int]


class Passkey(WebAuthnMixin, Model):  # type: ignore[misc]
    """A WebAuthn credential of a person."""

    __tablename__ = "portal_passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("portal_person.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(default=0)
    transports: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(TextList()))  # type: ignore[no-untyped-call]
    backup_state: Mapped[bool]
    device_type: Mapped[str] = mapped_column(String(64))
    extensions: Mapped[str | None] = mapped_column(String(255))
    create_datetime: Mapped[datetime] = mapped_column(default=clock.now)
    lastuse_datetime: Mapped[datetime]
    name: Mapped[str] = mapped_column(String(64))
    usage: Mapped[str] = mapped_column(String(64))

    user: Mapped[Person] = relationship(lambda: Person, lazy="select", back_populates="webauthn")

    def get_user_mapping(self) -> dict[str, Any]:
        """How Flask-Security finds the person of a credential."""
        return {"id": self.user_id}


class Role(DistributorOwned, Model):
    """A named set of permissions; the built-in six exist for each distributor and may be edited by it."""

    __tablename__ = "portal_role"
    __table_args__ = (UniqueConstraint("distributor_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(default="")  # empty: the built-in, translated title
    side: Mapped[str] = mapped_column(String(12))
    permissions: Mapped[list[str]] = mapped_column(default=list)
    built_in: Mapped[bool] = mapped_column(default=False)


class Membership(DistributorOwned, Model):
    """A person's place with one distributor: on its side, or in one of its stores."""

    __tablename__ = "portal_membership"
    __table_args__ = (
        ForeignKeyConstraint(
            ["store_id", "distributor_id"], ["portal_store.id", "portal_store.distributor_id"], ondelete="CASCADE"
        ),
        UniqueConstraint("distributor_id", "person_id", "store_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("portal_person.id", ondelete="CASCADE"), index=True)
    role_id: Mapped[int] = mapped_column(ForeignKey("portal_role.id"), index=True)
    store_id: Mapped[int | None] = mapped_column(index=True)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    person: Mapped[Person] = relationship(lambda: Person, lazy="raise_on_sql", viewonly=True)
    role: Mapped[Role] = relationship(lambda: Role, lazy="raise_on_sql", viewonly=True)
    distributor: Mapped[Distributor] = relationship(lambda: Distributor, lazy="raise_on_sql", viewonly=True)
    store: Mapped[Store | None] = relationship(lambda: Store, lazy="raise_on_sql", viewonly=True)


class Invitation(DistributorOwned, Model):
    """A single-use link that lets somebody join, sent by e-mail or handed over for a phone number."""

    __tablename__ = "portal_invitation"
    __table_args__ = (
        ForeignKeyConstraint(
            ["store_id", "distributor_id"], ["portal_store.id", "portal_store.distributor_id"], ondelete="CASCADE"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(default="")
    email: Mapped[str | None] = mapped_column(String(255))
    phone: Mapped[str | None] = mapped_column(String(32))
    role_id: Mapped[int] = mapped_column(ForeignKey("portal_role.id"))
    store_id: Mapped[int | None]
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("portal_person.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("portal_person.id", ondelete="SET NULL"))

    role: Mapped[Role] = relationship(lambda: Role, lazy="raise_on_sql", viewonly=True)
    store: Mapped[Store | None] = relationship(lambda: Store, lazy="raise_on_sql", viewonly=True)
    distributor: Mapped[Distributor] = relationship(lambda: Distributor, lazy="raise_on_sql", viewonly=True)
    invited_by: Mapped[Person | None] = relationship(
        lambda: Person, lazy="raise_on_sql", viewonly=True, foreign_keys=[invited_by_id]
    )


class ApiToken(DistributorOwned, Model):
    """A key for programs: acts as one membership, within its scopes; only a hash is kept."""

    __tablename__ = "portal_api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("portal_membership.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    prefix: Mapped[str] = mapped_column(String(12))
    scopes: Mapped[list[str]] = mapped_column(default=list)  # empty: all that the membership may do
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    membership: Mapped[Membership] = relationship(lambda: Membership, lazy="raise_on_sql", viewonly=True)
