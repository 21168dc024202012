"""Putting back what an upload changed, and forgetting what can no longer be put back."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from flask_babel import gettext as _
from sqlalchemy import select

from plugins.trade.importing import products, queries, receipts, sales, stock
from plugins.trade.importing.intake import Before
from plugins.trade.importing.models import UNDONE, WAITING, Upload, UploadBefore
from portal.api import RuleBroken, StoredFile, clock, delete_rows, delete_stored, record, session


def undo(upload: Upload) -> None:
    """Put back all that an upload changed; raises RuleBroken, and changes nothing, where some of it was changed since."""
    if upload.id not in queries.can_be_undone([upload]):
        raise RuleBroken("", _("This can no longer be undone."))
    befores = sorted(queries.befores(upload.id), key=lambda before: (before.kind, before.store_id or 0))
    for (kind, store_id), group in groupby(befores, key=lambda before: (before.kind, before.store_id)):
        if not _put_back(upload, kind, store_id, list(group)):
            raise RuleBroken(
                "", _("Some of these figures were changed again since then, or are in use: undo that first.")
            )
    upload.state, upload.undone_at = UNDONE, clock.now()
    delete_rows(UploadBefore, UploadBefore.upload_id == upload.id)
    record("trade.undone", upload, kind=upload.kind, rows=upload.rows)


def _put_back(upload: Upload, kind: str, store_id: int | None, befores: Sequence[Before]) -> bool:
    if kind == products.PRODUCTS:
        return products.put_back(befores, upload.created_at)
    if store_id is None:
        raise ValueError("sales, receipts and stock belong to a store")
    of_kind = {sales.SALES: sales.put_back, receipts.RECEIPTS: receipts.put_back}
    return of_kind.get(kind, stock.put_back)(store_id, befores)


def forget_old() -> None:
    """What waited for a day goes, and what was kept for undoing after a month."""
    now = clock.now()
    waiting = select(Upload).where(Upload.state == WAITING, Upload.created_at < now - queries.WAITS)
    for upload in session.scalars(waiting).all():
        file = session.get(StoredFile, upload.file_id) if upload.file_id else None
        session.delete(upload)
        session.flush()
        if file is not None:
            delete_stored(file)
    old = select(Upload.id).where(Upload.created_at < now - queries.UNDONE_WITHIN)
    delete_rows(UploadBefore, UploadBefore.upload_id.in_(old))
