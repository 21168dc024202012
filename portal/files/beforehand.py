"""Pictures that come with a form are looked through before the form's transaction begins.

To decode and write a photo anew takes a second or two. On SQLite a writing request lets nobody else write meanwhile.
"""

from __future__ import annotations

from typing import Any

from flask import g, has_request_context, request
from werkzeug.datastructures import FileStorage

from portal.errors import RuleBroken
from portal.files.services import CheckedUpload, check_upload

MOST = 20  # more than any form takes; who sends more is refused by its form without our work


def look_through(field: str) -> None:
    """Check the request's pictures in this field; what was wrong with one is told when it is stored."""
    uploads = [upload for upload in request.files.getlist(field) if upload.filename]
    if len(uploads) <= MOST:
        g.looked_through = {id(upload): _outcome(upload, field) for upload in uploads}


def _outcome(upload: FileStorage, field: str) -> CheckedUpload | RuleBroken:
    try:
        return check_upload(upload, kinds=("picture",), field=field)
    except RuleBroken as error:
        return error


def outcome_of(upload: Any) -> CheckedUpload | None:
    """What was found of this upload beforehand, None where it was not looked at; raises the RuleBroken that was found."""
    found = g.get("looked_through", {}).get(id(upload)) if has_request_context() else None
    if isinstance(found, RuleBroken):
        raise found
    return found  # type: ignore[no-any-return]
