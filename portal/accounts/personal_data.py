"""What is kept about a person: handed out as a file, and erased where no business record must keep it."""

from __future__ import annotations

import io
import json
import secrets
import zipfile
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, or_, select
from sqlalchemy.orm import joinedload

from portal import clock, signals
from portal.accounts.credentials import drop_credentials
from portal.accounts.models import Distributor, Invitation, Membership, Person, SignIn, UsedCode
from portal.accounts.notes import distributors_of
from portal.accounts.roles import check_keys_remain, lock_distributor
from portal.accounts.sign_ins import open_sign_ins
from portal.accounts.tokens import tokens_of
from portal.accounts.viewer import role_title
from portal.audit.models import AuditEntry
from portal.audit.services import record
from portal.db import db
from portal.errors import RuleBroken
from portal.host import the_host
from portal.notifications.models import Notification
from portal.tenancy import Scope, acting_for, all_distributors, current_scope

README = """What Storewise keeps about you, as of %(moment)s.

person.json        your account
devices.json       where you are logged in
<distributor>/     for each distributor you belong to: your place there, your tokens, your messages,
                   what the audit log says that you did, and what each feature keeps about you
"""


def export(person: Person) -> bytes:
    """A ZIP of JSON files with everything that is kept about the person, with every distributor."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        _write(archive, "README.txt", README % {"moment": clock.now().isoformat(timespec="seconds")})
        _write(archive, "person.json", _of_person(person))
        _write(
            archive,
            "devices.json",
            [_row(row, "started_at seen_at expires_at via device") for row in open_sign_ins(person)],
        )
        for distributor_id in distributors_of(person, only_active=False):
            with acting_for(Scope(distributor_id)):
                _write_distributor(archive, person, distributor_id)
                record("account.data_exported", person, by_id=person.id)
    return buffer.getvalue()


def _of_person(person: Person) -> dict[str, Any]:
    kept = "name email phone confirmed_at language theme quiet_from quiet_until digest digest_hour"
    kept += " create_datetime update_datetime"
    passkeys = [_row(key, "name create_datetime lastuse_datetime device_type") for key in _passkeys(person)]
    second = {"second_step": person.tf_primary_method, "recovery_codes_left": len(person.mf_recovery_codes or [])}
    return _row(person, kept) | second | {"passkeys": passkeys}


def _passkeys(person: Person) -> list[Any]:
    with all_distributors(reason="export a person's passkeys", quiet=True):
        return list(person.webauthn)


def _write_distributor(archive: zipfile.ZipFile, person: Person, distributor_id: int) -> None:
    distributor = db.session.scalars(select(Distributor).where(Distributor.id == distributor_id)).one()
    folder = distributor.slug
    members = db.session.scalars(
        select(Membership)
        .where(Membership.person_id == person.id)
        .options(joinedload(Membership.role), joinedload(Membership.store))
        .order_by(Membership.id)
    ).all()
    _write(archive, f"{folder}/memberships.json", [_of_member(member, distributor) for member in members])
    tokens = [token for member in members for token in tokens_of(member)]
    kept = "name prefix scopes created_at expires_at last_used_at revoked_at"
    _write(archive, f"{folder}/tokens.json", [_row(token, kept) for token in tokens])
    _write(archive, f"{folder}/messages.json", _messages([member.id for member in members]))
    _write(archive, f"{folder}/audit.json", _audit(person))
    _write_features(archive, folder, person)


def _of_member(member: Membership, distributor: Distributor) -> dict[str, Any]:
    return {
        "distributor": distributor.name,
        "role": role_title(member.role),
        "store": member.store.name if member.store else None,
        "active": member.active,
        "since": member.created_at,
    }


def _messages(member_ids: list[int]) -> list[dict[str, Any]]:
    statement = select(Notification).where(Notification.membership_id.in_(member_ids)).order_by(Notification.id)
    return [_row(note, "kind title body url created_at read_at") for note in db.session.scalars(statement)]


def _audit(person: Person) -> list[dict[str, Any]]:
    statement = select(AuditEntry).where(AuditEntry.person_id == person.id).order_by(AuditEntry.id)
    return [_row(entry, "at action object_kind object_id details") for entry in db.session.scalars(statement)]


def _write_features(archive: zipfile.ZipFile, folder: str, person: Person) -> None:
    answer = the_host().collect("personal_data", person)
    by_plugin: dict[str, list[dict[str, Any]]] = {}
    for plugin, data in answer.items:
        by_plugin.setdefault(plugin, []).append({"title": str(data.title), "rows": [dict(row) for row in data.rows]})
    for plugin, parts in by_plugin.items():
        _write(archive, f"{folder}/{plugin}.json", parts)
    if answer.failures:
        missing = [f"{failure.plugin}: {failure}" for failure in answer.failures]
        _write(archive, f"{folder}/MISSING.txt", "\n".join([_("These parts could not be read:"), *missing, ""]))


def _row(thing: Any, names: str) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in names.split()}


def _write(archive: zipfile.ZipFile, name: str, content: Any) -> None:
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, indent=2, default=_plain)
    archive.writestr(name, text)


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    return str(value) if isinstance(value, Decimal) else repr(value)


def erase(person: Person) -> None:
    """Take the person out of the portal: name, addresses and credentials go; business records stay without the name.

    Everything happens, or nothing does: a plug-in that cannot erase its part stops it, so that it can be tried again.
    """
    for distributor_id in distributors_of(person, only_active=False):
        with acting_for(Scope(distributor_id)):
            _erase_with(person)
    name = _("Former member")
    drop_credentials(person)
    with all_distributors(reason="erase a person"):
        db.session.execute(delete(SignIn).where(SignIn.person_id == person.id))
        db.session.execute(delete(UsedCode).where(UsedCode.person_id == person.id))
        person.name, person.email, person.phone, person.password = name, None, None, None
        person.confirmed_at = person.calendar_secret = person.fs_token_uniquifier = None
        person.fs_webauthn_user_handle = None
        person.language, person.active, person.erased_at = "", False, clock.now()
        person.fs_uniquifier = secrets.token_hex(16)
        db.session.flush()
    signals.person_erased.send(None, person_id=person.id)


def _erase_with(person: Person) -> None:
    failures = the_host().call_all("erase_person", person)
    if failures:
        names = ", ".join(failure.title for failure in failures)
        ids = ", ".join(failure.error_id for failure in failures)
        raise RuleBroken(
            "", _("%(names)s could not erase your data; nothing was changed (%(ids)s).", names=names, ids=ids)
        )
    lock_distributor()
    members = db.session.scalars(select(Membership).where(Membership.person_id == person.id)).all()
    was_here = any(member.active for member in members)
    for member in members:
        member.active = False
    _forget_invitations(person)
    for note in db.session.scalars(select(Notification).where(Notification.membership_id.in_([m.id for m in members]))):
        db.session.delete(note)
    db.session.flush()
    if was_here:
        _check_successor()
    record("account.erased", person, by_id=person.id)


def _check_successor() -> None:
    try:
        check_keys_remain()
    except RuleBroken as error:
        distributor = db.session.get(Distributor, current_scope().distributor_id)
        name = distributor.name if distributor else ""
        raise RuleBroken(
            "", _("You are the last who can manage people at %(name)s. Give somebody else that right first.", name=name)
        ) from error


def _forget_invitations(person: Person) -> None:
    same = [Invitation.person_id == person.id]
    same += [Invitation.email == person.email] if person.email else []
    same += [Invitation.phone == person.phone] if person.phone else []
    for invitation in db.session.scalars(select(Invitation).where(or_(*same))):
        invitation.name, invitation.email, invitation.phone = "", None, None
        invitation.revoked_at = invitation.revoked_at or (None if invitation.used_at else clock.now())
