"""Who did what, when, to which object: append-only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal import clock
from portal.accounts.models import Person
from portal.db import Model
from portal.tenancy import DistributorOwned


class AuditEntry(DistributorOwned, Model):
    """One state change; never edited, never removed."""

    __tablename__ = "portal_audit"
    __table_args__ = (
        Index("ix_portal_audit_object", "distributor_id", "object_kind", "object_id"),
        Index("ix_portal_audit_at", "distributor_id", "at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("portal_person.id", ondelete="SET NULL"))
    store_id: Mapped[int | None]
    action: Mapped[str] = mapped_column(String(80))
    object_kind: Mapped[str] = mapped_column(String(60), default="")
    object_id: Mapped[int | None]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    request_id: Mapped[str] = mapped_column(String(16), default="")

    person: Mapped[Person | None] = relationship(lambda: Person, lazy="raise_on_sql", viewonly=True)


class AuditTampering(RuntimeError):
    """Somebody tried to change the past."""


@event.listens_for(AuditEntry, "before_update")
@event.listens_for(AuditEntry, "before_delete")
def _refuse(*_: Any) -> None:
    raise AuditTampering("the audit log is append-only")
