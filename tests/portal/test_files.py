"""Stored files: where their bytes lie, who shares them, how they are sent, and when they go."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask, Response
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from portal import clock
from portal.db import db
from portal.errors import NotFound, RuleBroken
from portal.files.limits import ENDINGS, PDF
from portal.files.models import StoredFile
from portal.files.names import MAX_NAME_BYTES, clean_name
from portal.files.sending import send_bytes, send_stored, send_thumbnail
from portal.files.services import (
    delete_stored,
    open_stored,
    read_stored,
    store_generated,
    store_upload,
    sweep_orphans,
    thumbnail,
)
from portal.files.storage import FolderStorage, key_of, storage
from portal.tenancy import NobodyActing, acting_for
from tests.portal.bare import OURS, THEIRS, bare_app
from tests.portal.file_samples import encoded, four_corners, pdf, photo, saved

__all__ = ["bare_app"]


@pytest.fixture(params=["folder", "remote"])
def stored_app(request: pytest.FixtureRequest, bare_app: Flask) -> Flask:
    """The application with its bytes in a folder, and at an address of fsspec."""
    if request.param == "remote":
        bare_app.config["FILES_URL"] = f"memory://{os.getpid()}-{id(bare_app)}/files"
    return bare_app


def store(data: bytes = b"a,b\n1,2\n", name: str = "t.csv", scope: object = OURS, **options: object) -> StoredFile:
    with acting_for(scope):  # type: ignore[arg-type]
        return store_upload(data, name, **options)  # type: ignore[arg-type]


def paths(app: Flask) -> list[str]:
    root = Path(app.config["DATA_DIR"]) / "files"
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


# Keeping


def test_what_was_stored_can_be_read_again(stored_app: Flask) -> None:
    stored = store()
    assert read_stored(stored) == b"a,b\n1,2\n"
    with open_stored(stored) as stream:
        assert stream.read(3) == b"a,b"
    assert (stored.size_bytes, stored.name, stored.distributor_id) == (8, "t.csv", 1)


def test_bytes_lie_under_distributor_and_hash(bare_app: Flask) -> None:
    store()
    digest = hashlib.sha256(b"a,b\n1,2\n").hexdigest()
    assert paths(bare_app) == [f"1/{digest[:2]}/{digest[2:4]}/{digest}"]


def test_equal_bytes_are_kept_once_but_each_upload_has_its_name(bare_app: Flask) -> None:
    one, other = store(name="one.csv"), store(name="other.csv")
    assert (one.name, other.name) == ("one.csv", "other.csv")
    assert one.id != other.id
    assert len(paths(bare_app)) == 1


def test_two_distributors_never_share_bytes(bare_app: Flask) -> None:
    store()
    store(scope=THEIRS)
    assert len(paths(bare_app)) == 2


def test_each_distributor_reads_its_own_bytes(stored_app: Flask) -> None:
    for scope, text in ((OURS, b"a,b\n1,2\n"), (THEIRS, b"a,b\n3,4\n")):
        stored = store(text, scope=scope)
        with acting_for(scope):
            assert read_stored(stored) == text


def test_a_distributor_does_not_see_the_files_of_another(stored_app: Flask) -> None:
    stored = store()
    db.session.commit()
    db.session.expunge_all()
    with acting_for(THEIRS):
        assert db.session.get(StoredFile, stored.id) is None
        assert db.session.scalars(select(StoredFile)).all() == []


def test_nobody_stores_nothing(stored_app: Flask) -> None:
    with pytest.raises(NobodyActing):
        store_upload(b"a,b\n1,2\n", "t.csv")


def test_an_upload_of_a_form_brings_its_name(stored_app: Flask) -> None:
    upload = FileStorage(io.BytesIO(photo()), filename="C:\\Photos\\货架.HEIC")
    with acting_for(OURS):
        stored = store_upload(upload, kinds={"picture"})
    assert (stored.name, stored.width_px, stored.height_px) == ("货架.jpg", 400, 240)
    assert stored.is_picture


def test_the_field_of_the_form_is_named(stored_app: Flask) -> None:
    with pytest.raises(RuleBroken) as refused:
        store(b"", field="photos")
    assert refused.value.field == "photos"


def test_a_write_that_fails_leaves_nothing(bare_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        store()
    assert paths(bare_app) == []


def test_half_written_bytes_are_written_again(bare_app: Flask) -> None:
    stored = store()
    path = storage().path(key_of(1, stored.sha256))
    path.write_bytes(b"a,")
    assert read_stored(store()) == b"a,b\n1,2\n"


def test_what_the_portal_made_is_kept_as_it_is(stored_app: Flask) -> None:
    with acting_for(OURS):
        stored = store_generated(b"%PDF-made", "简报 2026-03", PDF)
    assert (read_stored(stored), stored.name) == (b"%PDF-made", "简报 2026-03.pdf")


def test_the_storage_can_be_tried(stored_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    storage().check()
    if isinstance(storage(), FolderStorage):
        storage().unfinished.rmdir()
        storage().unfinished.write_bytes(b"in the way")
        with pytest.raises(OSError, match="unfinished"):
            storage().check()


@pytest.mark.parametrize(
    "key", ["../../etc/passwd", "/etc/passwd", "1/aa/bb/" + "g" * 64, "1/aa/bb/" + "a" * 64 + "/x", ""]
)
def test_only_keys_of_the_storage_are_opened(stored_app: Flask, key: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        storage().read(key)


# Names


@pytest.mark.parametrize(
    ("given_name", "wanted"),
    [
        ("../../x", "x.jpg"),
        ("..\\..\\x.png", "x.jpg"),
        ("/etc/passwd", "passwd.jpg"),
        ("a\x00b\r\nSet-Cookie: x.jpg", "ab Set-Cookie_ x.jpg"),
        ("\u202egpj.exe", "gpj.jpg"),
        ("货架 照片.HEIC", "货架 照片.jpg"),
        ("shelf.php.jpg", "shelf.php.jpg"),
        (".htaccess", "htaccess.jpg"),
        ("...", "file.jpg"),
        ("", "file.jpg"),
        (None, "file.jpg"),
        ("门店3.5折", "门店3.5折.jpg"),
        ('a"b<c>.jpeg', "a_b_c_.jpg"),
    ],
)
def test_names_are_made_harmless(given_name: str | None, wanted: str) -> None:
    assert clean_name(given_name, ".jpg") == wanted


def test_three_hundred_characters_of_chinese_fit_a_file_system() -> None:
    name = clean_name("陈" * 300 + ".pdf", ".pdf")
    assert len(name.encode()) <= MAX_NAME_BYTES
    assert name == "陈" * ((MAX_NAME_BYTES - 4) // 3) + ".pdf"


@given(st.text(max_size=400))
def test_no_name_leaves_its_folder(name: str) -> None:
    cleaned = clean_name(name, ".pdf")
    assert Path(cleaned).name == cleaned
    assert cleaned.endswith(".pdf")
    assert len(cleaned.encode()) <= 255
    assert cleaned.isprintable()


# Sending


def sent(stored: StoredFile, **options: object) -> Response:
    """The answer, its content read and its file closed."""
    response = send_stored(stored, **options)  # type: ignore[arg-type]
    response.direct_passthrough = False
    response.get_data()
    response.close()
    return response


def test_a_picture_is_shown_and_locked_up(stored_app: Flask) -> None:
    stored = store(photo(), "货架.jpg")
    with stored_app.test_request_context():
        response = sent(stored)
        assert response.get_data() == read_stored(stored)
    headers = response.headers
    assert headers["Content-Type"] == "image/jpeg"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert headers["Content-Disposition"].startswith("inline")
    assert "filename*=UTF-8''%E8%B4%A7%E6%9E%B6.jpg" in headers["Content-Disposition"]
    assert headers["Cache-Control"] == "private, no-cache"
    assert stored.sha256 in headers["ETag"]


@pytest.mark.parametrize("ending", sorted(ENDINGS.values()))
def test_only_pictures_are_shown(stored_app: Flask, ending: str) -> None:
    media_type = next(each for each, known in ENDINGS.items() if known == ending)
    with acting_for(OURS), stored_app.test_request_context():
        response = sent(store_generated(b"x", "made", media_type), as_attachment=False)
    assert response.headers["Content-Type"] == media_type
    shown = response.headers["Content-Disposition"].startswith("inline")
    assert shown == (ending in {".jpg", ".webp"})


def test_a_picture_can_be_saved_under_another_name(stored_app: Flask) -> None:
    stored = store(photo(), "IMG_1.jpg")
    with stored_app.test_request_context():
        response = sent(stored, download_name="../投诉 C-1.exe", as_attachment=True)
    disposition = response.headers["Content-Disposition"]
    assert disposition.startswith("attachment")
    assert "%E6%8A%95%E8%AF%89%20C-1.jpg" in disposition


def test_what_the_browser_has_is_not_sent_again(stored_app: Flask) -> None:
    stored = store(photo())
    with stored_app.test_request_context(headers={"If-None-Match": f'"{stored.sha256}"'}):
        assert sent(stored).status_code == 304
    with stored_app.test_request_context(headers={"If-None-Match": '"other"'}):
        assert sent(stored).status_code == 200


def test_a_part_of_a_large_file_can_be_asked_for(bare_app: Flask) -> None:
    stored = store(b"a,b\n1,2\n")
    with bare_app.test_request_context(headers={"Range": "bytes=4-6"}):
        response = sent(stored)
        assert (response.status_code, response.get_data()) == (206, b"1,2")


def test_missing_bytes_are_not_found(stored_app: Flask) -> None:
    stored = store()
    if isinstance(storage(), FolderStorage):
        shutil.rmtree(storage().root)
    else:
        storage().files.rm(storage().root, recursive=True)
    with stored_app.test_request_context(), pytest.raises(NotFound):
        send_stored(stored)


def test_an_export_is_saved_and_not_kept_by_the_browser(stored_app: Flask) -> None:
    with stored_app.test_request_context():
        response = send_bytes(b"a", "text/csv", "门店")
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "attachment" in response.headers["Content-Disposition"]
    assert "%E9%97%A8%E5%BA%97.csv" in response.headers["Content-Disposition"]


# Thumbnails


def test_a_thumbnail_is_small_and_made_once(stored_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import Image

    stored = store(encoded(four_corners(1600, 800)), "a.jpg")
    small = thumbnail(stored)
    assert Image.open(io.BytesIO(small)).size == (320, 160)
    monkeypatch.setattr("portal.files.pictures.shrink", None)
    assert thumbnail(stored) == small
    with stored_app.test_request_context():
        assert send_thumbnail(stored).headers["Content-Type"] == "image/jpeg"


@pytest.mark.parametrize("edge", [0, 319, 100_000])
def test_only_a_few_sizes_of_thumbnails_are_made(stored_app: Flask, edge: int) -> None:
    with pytest.raises(ValueError, match="known sizes"):
        thumbnail(store(photo()), edge)


def test_a_document_has_no_thumbnail(stored_app: Flask) -> None:
    with pytest.raises(ValueError, match="pictures"):
        thumbnail(store(saved(pdf())))


# Going


def later(hours: int) -> object:
    return clock.frozen(clock.now() + timedelta(hours=hours))


def test_a_sweep_takes_what_no_row_speaks_of(stored_app: Flask) -> None:
    kept, gone = store(photo(), "kept.jpg"), store(b"x,y\n", "gone.csv")
    thumbnail(kept)
    db.session.commit()
    with acting_for(OURS):
        delete_stored(gone)
    db.session.commit()
    with later(hours=25):  # type: ignore[attr-defined]
        assert sweep_orphans() == 1
        assert sweep_orphans() == 0
    assert read_stored(kept)
    with pytest.raises(NotFound):
        read_stored(gone)


def test_thumbnails_go_with_their_picture(bare_app: Flask) -> None:
    stored = store(photo())
    thumbnail(stored)
    db.session.commit()
    with acting_for(OURS):
        delete_stored(stored)
    db.session.commit()
    with later(hours=25):  # type: ignore[attr-defined]
        assert sweep_orphans() == 2
    assert paths(bare_app) == []


def test_bytes_of_a_transaction_that_failed_are_swept_only_when_old(stored_app: Flask) -> None:
    store()
    db.session.rollback()
    assert sweep_orphans() == 0
    with later(hours=25):  # type: ignore[attr-defined]
        assert sweep_orphans() == 1


def test_equal_bytes_stay_while_one_upload_has_them(stored_app: Flask) -> None:
    one, other = store(name="one.csv"), store(name="other.csv")
    theirs = store(scope=THEIRS)
    db.session.commit()
    with acting_for(OURS):
        delete_stored(one)
    with acting_for(THEIRS):
        delete_stored(theirs)
    db.session.commit()
    with later(hours=25):  # type: ignore[attr-defined]
        assert sweep_orphans() == 1
    assert read_stored(other)


def test_bytes_put_again_during_a_sweep_stay(bare_app: Flask) -> None:
    stored = store()
    db.session.rollback()
    place, key = storage(), key_of(1, stored.sha256)
    before = clock.now() + timedelta(hours=1)
    assert place.discard(key, before - timedelta(hours=2)) is False
    assert place.read(key) == b"a,b\n1,2\n"
    assert place.discard(key, before) is True
    assert place.discard(key, before) is False


def test_a_sweep_forgets_what_killed_writers_left(bare_app: Flask) -> None:
    storage().check()
    (storage().unfinished / "tmp123").write_bytes(b"half")
    sweep_orphans()
    assert paths(bare_app) == ["unfinished/tmp123"]
    with later(hours=25):  # type: ignore[attr-defined]
        sweep_orphans()
    assert paths(bare_app) == []
