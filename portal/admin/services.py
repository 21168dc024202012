"""What a distributor's administrator sets."""

from __future__ import annotations

from sqlalchemy import select

from portal.accounts.models import Distributor
from portal.audit.services import record
from portal.db import db
from portal.tenancy import current_scope


def acting_distributor() -> Distributor:
    """The distributor that acts."""
    return db.session.scalars(select(Distributor).where(Distributor.id == current_scope().distributor_id)).one()


def change_distributor(*, name: str, language: str, timezone: str) -> None:
    """Another name, language or time zone."""
    distributor = acting_distributor()
    wanted = {"name": name.strip(), "language": language, "timezone": timezone}
    changed = {key: value for key, value in wanted.items() if getattr(distributor, key) != value}
    for key, value in changed.items():
        setattr(distributor, key, value)
    if changed:
        record("distributor.changed", distributor, fields=sorted(changed))
