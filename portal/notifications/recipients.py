"""Who is told of what concerns the portal itself."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Membership
from portal.db import db


def members_who_may(permission: str) -> Sequence[Membership]:
    """The distributor's own people whose role has the permission."""
    statement = (
        select(Membership)
        .where(Membership.store_id.is_(None), Membership.active.is_(True))
        .options(joinedload(Membership.role), joinedload(Membership.person))
        .order_by(Membership.id)
    )
    return [member for member in db.session.scalars(statement) if permission in member.role.permissions]
