"""Writing the audit log."""

from __future__ import annotations

from typing import Any

from flask import g, has_app_context, has_request_context

from portal.accounts.viewer import viewer_or_none
from portal.audit.models import AuditEntry
from portal.db import Model, db


def record(
    action: str, subject: Any = None, *, store_id: int | None = None, by_id: int | None = None, **details: Any
) -> AuditEntry:
    """Note a state change in the business transaction.

    action: "<feature>.<past participle>", such as "complaints.filed"; subject: the object it happened to (it is
    flushed if it has no id yet); by_id: the person who did it, where that is not the viewer; details: plain values,
    never free text of a person.
    """
    if subject is not None and subject.id is None:
        db.session.flush()
    viewer = viewer_or_none()
    entry = AuditEntry(
        action=action,
        person_id=by_id or (viewer.person.id if viewer else None),
        object_kind=subject.__tablename__ if isinstance(subject, Model) else "",
        object_id=subject.id if subject is not None else None,
        store_id=store_id if store_id is not None else getattr(subject, "store_id", None),
        details={key: _plain(value) for key, value in details.items()},
        request_id=g.get("request_id", "") if has_request_context() or has_app_context() else "",
    )
    db.session.add(entry)
    return entry


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | float | str | list) else str(value)
