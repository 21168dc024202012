"""Taking files in, giving their bytes to other code, and forgetting them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

import structlog
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from portal import clock
from portal.accounts.viewer import viewer_or_none
from portal.db import db
from portal.errors import NotFound, RuleBroken
from portal.files.archives import check_unfolded_size
from portal.files.content import Content, recognise
from portal.files.limits import CSV, ENDINGS, THUMBNAIL_EDGES_PX, Kind, Limits, kind_title, size_text
from portal.files.models import StoredFile
from portal.files.names import clean_name, shown_name
from portal.files.pdfs import check_pdf
from portal.files.storage import FolderStorage, key_of, storage
from portal.tenancy import all_distributors, current_scope

log = structlog.get_logger(__name__)

EVERY_KIND: frozenset[Kind] = frozenset({"picture", "pdf", "spreadsheet", "document"})
# Bytes without a row are left alone for so long: their transaction may not have committed yet.
ORPHAN_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class CheckedUpload:
    """An upload that was found good, as it will be stored."""

    data: bytes
    media_type: str
    name: str
    width_px: int | None = None
    height_px: int | None = None
    pages: int | None = None
    removed: tuple[str, ...] = ()


def store_upload(
    upload: FileStorage | bytes,
    name: str | None = None,
    *,
    kinds: Iterable[Kind] = EVERY_KIND,
    limits: Limits | None = None,
    field: str = "file",
) -> StoredFile:
    """Check an upload and keep it; raises RuleBroken at `field` with what is wrong, in words for a person."""
    from portal.files.beforehand import outcome_of

    known = outcome_of(upload) if set(kinds) == {"picture"} and limits is None else None
    return keep(known or check_upload(upload, name, kinds=kinds, limits=limits, field=field))


def check_upload(
    upload: FileStorage | bytes,
    name: str | None = None,
    *,
    kinds: Iterable[Kind] = EVERY_KIND,
    limits: Limits | None = None,
    field: str = "file",
) -> CheckedUpload:
    """The first half of store_upload: the slow one, which needs no database and no transaction."""
    limits = limits or Limits()
    data, name = _bytes_of(upload, name, limits)
    shown = shown_name(name) or _("This file")
    if len(data) > limits.max_bytes:
        message = _("“%(name)s” is too large. The limit is %(limit)s.", name=shown, limit=size_text(limits.max_bytes))
        raise RuleBroken(field, message)
    if not data:
        raise RuleBroken(field, _("“%(name)s” is empty.", name=shown))
    content = recognise(data)
    _refuse_wrong_kind(content, frozenset(kinds), shown, field)
    return _checked(content, data, name, limits, field)


def _bytes_of(upload: FileStorage | bytes, name: str | None, limits: Limits) -> tuple[bytes, str | None]:
    if isinstance(upload, bytes):
        return upload, name
    return upload.stream.read(limits.max_bytes + 1), name or upload.filename


def _refuse_wrong_kind(content: Content, kinds: frozenset[Kind], name: str, field: str) -> None:
    if content.locked:
        raise RuleBroken(field, _("“%(name)s” is locked with a password. Please save it without one.", name=name))
    if content.kind is None or content.kind not in kinds:
        expected = ", ".join(str(kind_title(kind)) for kind in sorted(kinds))
        message = _(
            "“%(name)s” cannot be used here: it is %(what)s. Expected: %(expected)s.",
            name=name, what=content.what, expected=expected,
        )  # fmt: skip
        raise RuleBroken(field, message)


def _checked(content: Content, data: bytes, name: str | None, limits: Limits, field: str) -> CheckedUpload:
    if content.kind == "picture":
        from portal.files import pictures

        picture = pictures.normalise(data, limits, field=field)
        cleaned = clean_name(name, ENDINGS[picture.media_type], fallback="picture")
        return CheckedUpload(picture.data, picture.media_type, cleaned, picture.width_px, picture.height_px)
    cleaned = clean_name(name, ENDINGS[content.media_type])
    if content.kind == "pdf":
        pdf = check_pdf(data, limits, field=field)
        return CheckedUpload(pdf.data, content.media_type, cleaned, pages=pdf.pages, removed=pdf.removed)
    if content.media_type != CSV:
        check_unfolded_size(data, limits, field=field)
    return CheckedUpload(data, content.media_type, cleaned)


def keep(checked: CheckedUpload) -> StoredFile:
    """Write the bytes and add the row: the quick half of store_upload."""
    viewer = viewer_or_none()
    stored = StoredFile(
        sha256=hashlib.sha256(checked.data).hexdigest(),
        media_type=checked.media_type,
        size_bytes=len(checked.data),
        name=checked.name,
        width_px=checked.width_px,
        height_px=checked.height_px,
        pages=checked.pages,
        removed=list(checked.removed),
        created_by_id=viewer.person.id if viewer else None,
    )
    storage().put(key_of(current_scope().distributor_id, stored.sha256), checked.data)
    db.session.add(stored)
    db.session.flush()
    return stored


def store_generated(data: bytes, name: str, media_type: str) -> StoredFile:
    """Keep what the portal itself has made (a briefing, an export): nothing is checked or changed."""
    return keep(CheckedUpload(data, media_type, clean_name(name, ENDINGS[media_type])))


def removed_text(stored: StoredFile) -> str:
    """A sentence that says what was taken out of an upload; "" when nothing was."""
    words = {
        "script": _("scripts"), "program": _("commands that start a program"), "attachment": _("embedded files"),
        "form": _("interactive forms"), "media": _("embedded media"), "action": _("automatic actions"),
    }  # fmt: skip
    what = ", ".join(str(words[each]) for each in stored.removed)
    return _("For safety, this was removed from “%(name)s”: %(what)s.", name=stored.name, what=what) if what else ""


def open_stored(stored: StoredFile) -> BinaryIO:
    """The bytes as a stream; NotFound when they are gone."""
    try:
        stream: BinaryIO = storage().open(_key(stored))
    except FileNotFoundError as error:
        raise _missing(stored) from error
    return stream


def path_or_stream(stored: StoredFile) -> Path | BinaryIO:
    """The bytes as a path where they lie in a folder (the web server can then send parts of them), else a stream."""
    place = storage()
    path = place.path(_key(stored)) if isinstance(place, FolderStorage) else None
    if path is not None and not path.is_file():
        raise _missing(stored)
    return path or open_stored(stored)


def read_stored(stored: StoredFile) -> bytes:
    """All bytes of a stored file."""
    with open_stored(stored) as stream:
        return stream.read()


def thumbnail(stored: StoredFile, edge: int = 320) -> bytes:
    """A small copy of a stored picture (same media type), made at its first use and kept beside it."""
    if not stored.is_picture or edge not in THUMBNAIL_EDGES_PX:
        raise ValueError("thumbnails are of pictures, in one of the known sizes")
    key = key_of(stored.distributor_id, stored.sha256, edge)
    try:
        small: bytes = storage().read(key)
    except FileNotFoundError:
        from portal.files import pictures

        small = pictures.shrink(read_stored(stored), edge).data
        storage().put(key, small)
    return small


def delete_stored(stored: StoredFile) -> None:
    """Forget the upload; its bytes go with a later sweep when no other upload has the same."""
    db.session.delete(stored)


def sweep_orphans(only: int | None = None) -> int:
    """Remove bytes that no row speaks of any more (deleted, or of a transaction that failed); how many were removed.

    only: the distributor whose bytes are looked at; all of them where it is left out.
    """
    before, place, gone = clock.now() - ORPHAN_AFTER, storage(), 0
    if isinstance(place, FolderStorage):
        place.forget_unfinished(before)
    old = place.keys_older_than(before)
    for folder, keys in groupby(old, key=lambda key: key.rpartition("/")[0]):
        distributor_id = int(folder.partition("/")[0])
        if only not in (None, distributor_id):
            continue
        orphans = _without_row(distributor_id, list(keys))
        gone += sum(place.discard(key, before) for key in orphans)
    log.info("orphaned files swept", removed=gone)
    return gone


def _without_row(distributor_id: int, keys: list[str]) -> list[str]:
    hashes = {key: key.rpartition("/")[2].partition(".")[0] for key in keys}
    with all_distributors(reason="sweep orphaned files", quiet=True):
        known = set(
            db.session.scalars(
                select(StoredFile.sha256).where(
                    StoredFile.distributor_id == distributor_id, StoredFile.sha256.in_(set(hashes.values()))
                )
            )
        )
    return [key for key in keys if hashes[key] not in known]


def _key(stored: StoredFile) -> str:
    return key_of(stored.distributor_id, stored.sha256)


def _missing(stored: StoredFile) -> NotFound:
    log.error("the bytes of a file are missing", file=stored.id, sha256=stored.sha256)
    return NotFound(f"file {stored.id}")
