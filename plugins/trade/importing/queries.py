"""Reading uploads, and what people said of their headings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from plugins.trade.importing.intake import Before, digest
from plugins.trade.importing.models import TAKEN_IN, WAITING, ColumnMap, Upload, UploadBefore
from portal.api import NotFound, Order, Page, RuleBroken, Store, Viewer, clock, keyset, read_stored, session

UNDONE_WITHIN = timedelta(days=30)
WAITS = timedelta(days=1)
MOST_WAITING = 10


def _of(viewer: Viewer) -> Select[Any]:
    """By the store for store people, by ourselves and by the stores one sees for our people."""
    if viewer.store is not None:
        return select(Upload).where(Upload.store_id == viewer.store.id)
    return select(Upload).where(Upload.store_id.is_(None) | Upload.store_id.in_(select(Store.id)))


def uploads(viewer: Viewer, cursor: str | None, size: int = 25) -> Page[Upload]:
    """What was taken in or undone, the latest first."""
    statement = _of(viewer).where(Upload.state != WAITING)
    return keyset(statement, [Order(Upload.created_at, True), Order(Upload.id, True)], cursor, size)


def find_upload(upload_id: int, viewer: Viewer, *, for_change: bool = False) -> Upload:
    """An upload with its file; NotFound where the viewer has no business with it."""
    statement = _of(viewer).where(Upload.id == upload_id).options(joinedload(Upload.file))
    if for_change:
        statement = statement.with_for_update(of=Upload)
    found: Upload | None = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def last_digest(kind: str, viewer: Viewer) -> str | None:
    """Of the last file of this kind that was taken in: an older one may be sent again to restore what it says."""
    statement = select(Upload.sha256).where(Upload.kind == kind, Upload.state == TAKEN_IN)
    if viewer.store is not None:
        statement = statement.where(Upload.store_id == viewer.store.id)
    return session.scalar(statement.order_by(Upload.id.desc()).limit(1))


def can_be_undone(uploads: Sequence[Upload]) -> set[int]:
    """Which of the uploads are young enough, and have kept what was there before."""
    since = clock.now() - UNDONE_WITHIN
    young = [upload.id for upload in uploads if upload.state == TAKEN_IN and upload.created_at >= since]
    statement = select(UploadBefore.upload_id).where(UploadBefore.upload_id.in_(young)).distinct()
    return set(session.scalars(statement)) if young else set()


def befores(upload_id: int) -> list[Before]:
    """What was there before an upload."""
    rows = session.scalars(select(UploadBefore).where(UploadBefore.upload_id == upload_id).order_by(UploadBefore.id))
    return [Before(row.kind, row.store_id, row.key, row.data, row.after) for row in rows]


def column_map(kind: str, head: Sequence[str]) -> ColumnMap | None:
    """What somebody said of these headings."""
    statement = select(ColumnMap).where(ColumnMap.kind == kind, ColumnMap.headings == headings_digest(head))
    return session.scalars(statement).one_or_none()


def headings_digest(head: Sequence[str]) -> str:
    """By which headings are known again."""
    return digest("\x1f".join(head).encode())


def bytes_of(upload: Upload) -> bytes:
    """What was uploaded; raises RuleBroken once it was taken in, as it is not kept then."""
    if upload.file is None:
        raise RuleBroken("", _("This file was taken in already."))
    return read_stored(upload.file)


def waiting(viewer: Viewer) -> Sequence[Upload]:
    """What waits for somebody to look at it, the latest first."""
    statement = _of(viewer).where(Upload.state == WAITING).order_by(Upload.id.desc()).limit(MOST_WAITING)
    return session.scalars(statement).all()
