"""A backup holds everything, and a restore brings it back; nothing is touched before the archive was found good."""

import json
import os
import stat
import threading
import zipfile

import pytest
from sqlalchemy import select

from portal import clock, demo
from portal.accounts.models import Distributor
from portal.db import db, write_intent
from portal.files.models import StoredFile
from portal.files.services import delete_stored, store_upload, sweep_orphans
from portal.files.storage import storage
from portal.histories import histories
from portal.jobs.models import WorkerRow
from portal.operations.backup import back_up
from portal.tenancy import Scope, acting_for, all_distributors
from tests.portal.file_samples import encoded, four_corners
from tests.portal.operations_kit import (
    all_files,
    all_rows,
    command,
    fill,
    migrate,
    portal_in,
    rewritten,
)

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """A portal in which something of everything lies."""
    with portal_in(tmp_path_factory.mktemp("source")) as app:
        fill(app)
        yield app


@pytest.fixture(scope="module")
def archive(source, tmp_path_factory):
    path = tmp_path_factory.mktemp("kept") / "monday.zip"
    said = command(source, "backup", path)
    assert "4 files" in said.splitlines()[-1]
    return path


@pytest.fixture
def target(tmp_path):
    with portal_in(tmp_path / "target") as app:
        yield app


@pytest.fixture(scope="module")
def untouched(tmp_path_factory):
    """A portal without tables, for archives that are refused before anything is changed."""
    with portal_in(tmp_path_factory.mktemp("untouched")) as app:
        yield app


def manifest(path):
    with zipfile.ZipFile(path) as book:
        return json.loads(book.read("manifest.json"))


# There and back


def test_every_row_and_every_file_comes_back(source, archive, target):
    said = command(target, "restore", archive)
    before, after = all_rows(source), all_rows(target)
    assert len(before) > 40
    assert sum(len(rows) for rows in before.values()) > 300
    assert {name for name, rows in before.items() if rows} >= {"trade_sales_month", "briefings_section", "portal_audit"}
    migrated = before.pop("portal_plugin"), after.pop("portal_plugin")
    assert [row[0] for row in migrated[0]] == [row[0] for row in migrated[1]]  # when they were migrated may differ
    assert after == before
    assert all_files(target) == all_files(source) != {}
    assert f"{sum(manifest(archive)['rows'].values())} rows and 4 files are back" in said


def test_the_portal_works_after_a_restore(archive, target):
    command(target, "restore", archive)
    client = target.test_client()
    answer = client.post("/auth/login", data={"email": "admin@other.example", "password": demo.PASSWORD})
    assert answer.location == "/account/welcome"
    assert client.get("/today").status_code == 200
    with target.app_context(), acting_for(Scope(1)):
        assert db.session.scalars(select(StoredFile.width_px).order_by(StoredFile.id)).all()[-2:] == [400, 500]
        with all_distributors(reason="test"):
            db.session.add(Distributor(slug="new", name="new"))
            db.session.commit()
            assert db.session.scalar(select(Distributor.id).where(Distributor.slug == "new")) == 2


def test_a_portal_that_was_only_migrated_can_be_restored_into(archive, target):
    migrate(target)
    command(target, "restore", archive)
    assert len(all_rows(target)["portal_distributor"]) == 1


def test_the_archive_says_what_it_holds(source, archive):
    said = manifest(archive)
    assert said["database"] == ("postgresql" if os.environ.get("TEST_DATABASE") == "postgresql" else "sqlite")
    assert said["plugins"]["complaints"]
    with source.app_context():
        newest = {history.owner: sorted(history.scripts().get_heads()) for history in histories()}
    assert said["migrations"] == newest
    assert said["rows"] == {name: len(rows) for name, rows in all_rows(source).items()}
    assert said["missing"] == []


def test_what_came_after_the_backup_is_gone_after_a_forced_restore(archive, target):
    command(target, "restore", archive)
    with target.app_context(), all_distributors(reason="test"):
        token = write_intent.set(True)
        db.session.add(Distributor(slug="later", name="later"))
        db.session.commit()
        write_intent.reset(token)
        db.session.remove()
    command(target, "restore", "--force", archive)
    assert [row[1] for row in all_rows(target)["portal_distributor"]] == ["other"]


# While people work


def old_pictures(app, count):
    """Pictures whose bytes are old enough to be swept as soon as nothing speaks of them; their ids."""
    with app.app_context(), acting_for(Scope(1)):
        token = write_intent.set(True)
        kept = [store_upload(encoded(four_corners(900 + 2 * number)), "old.jpg") for number in range(count)]
        db.session.commit()
        for one in kept:
            os.utime(storage().path(f"1/{one.sha256[:2]}/{one.sha256[2:4]}/{one.sha256}"), (0, 0))
        ids = [one.id for one in kept]
        db.session.remove()
        write_intent.reset(token)
        return ids


def test_nobody_has_to_stop_working_during_a_backup(source, tmp_path):
    done, stop = [], threading.Event()
    old = old_pictures(source, 60)

    def work():
        """New pictures come, old ones go, and a sweep removes the bytes of those."""
        with source.app_context():
            token = write_intent.set(True)
            while not stop.is_set():
                with acting_for(Scope(1)):
                    store_upload(encoded(four_corners(300 + 2 * len(done))), "x.jpg")
                    db.session.commit()
                    if old:
                        delete_stored(db.session.get(StoredFile, old.pop()))
                        db.session.commit()
                sweep_orphans()
                db.session.commit()
                done.append(True)
            db.session.remove()
            write_intent.reset(token)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        for number in range(4):
            command(source, "backup", tmp_path / f"{number}.zip")
    finally:
        stop.set()
        worker.join()
    assert len(done) > 4
    for number in range(4):
        said = manifest(tmp_path / f"{number}.zip")
        assert said["missing"] == []
        assert said["rows"]["portal_file"] <= sum(entry["path"].startswith("files/") for entry in said["entries"])


def test_what_comes_between_the_files_and_the_database_is_in_the_archive_with_its_bytes(source, tmp_path):
    path = tmp_path / "b.zip"
    coming = []

    def meanwhile(line):
        """After the files, before the database, somebody sends one more picture."""
        if "now the database" not in line:
            return
        with acting_for(Scope(1)):
            coming.append(store_upload(encoded(four_corners(222)), "neu.jpg").sha256)
            db.session.commit()

    with source.app_context():
        token = write_intent.set(True)
        back_up(path, meanwhile)
        db.session.remove()
        write_intent.reset(token)
    said = manifest(path)
    assert coming[0] in {entry["sha256"] for entry in said["entries"]}
    assert said["missing"] == []
    assert said["rows"]["portal_file"] == len(all_rows(source)["portal_file"])


def test_bytes_that_are_lost_already_are_named_and_do_not_stop_a_backup(archive, target, tmp_path):
    command(target, "restore", archive)
    lost = sorted(all_files(target))[0]
    (target.config["DATA_DIR"] / "files" / lost).unlink()
    said = command(target, "backup", tmp_path / "b.zip")
    assert f"missing: {lost}" in said
    assert manifest(tmp_path / "b.zip")["missing"] == [lost]
    assert f"{lost}: its bytes were missing already" in command(target, "restore", "--force", tmp_path / "b.zip")


# What is refused


def test_a_portal_in_use_is_not_written_over(source, archive):
    before = all_rows(source)
    assert "--force" in command(source, "restore", archive, fails=True)
    assert all_rows(source) == before


def test_a_running_portal_is_not_restored_into(archive, target):
    migrate(target)
    with target.app_context(), all_distributors(reason="test"):
        token = write_intent.set(True)
        db.session.add(WorkerRow(host="here", pid=1, seen_at=clock.now()))
        db.session.commit()
        write_intent.reset(token)
        db.session.remove()
    assert "stop web processes and workers first" in command(target, "restore", "--force", archive, fails=True)


def damage_photo(files):
    name = next(name for name in files if name.startswith("files/"))
    return files | {name: files[name][:-1] + b"x"}


def damage_database(files):
    name = next(name for name in files if name.startswith("database."))
    return files | {name: files[name] + b"x"}


def in_manifest(**changes):
    def change(files):
        said = json.loads(files["manifest.json"])
        return files | {"manifest.json": json.dumps(said | changes).encode()}

    return change


def with_file(name):
    """A file that the manifest lists too, with its right size and checksum."""

    def change(files):
        said = json.loads(files["manifest.json"])
        said["entries"].append(
            {"path": name, "size": 0, "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}
        )
        return files | {name: b"", "manifest.json": json.dumps(said).encode()}

    return change


def renamed_photo(files):
    """A photo under the name of other bytes, manifest and all."""
    said = json.loads(files["manifest.json"])
    entry = next(entry for entry in said["entries"] if entry["path"].startswith("files/"))
    old, entry["path"] = entry["path"], entry["path"][:-1] + ("0" if entry["path"][-1] != "0" else "1")
    return {name: data for name, data in files.items() if name != old} | {
        entry["path"]: files[old],
        "manifest.json": json.dumps(said).encode(),
    }


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (damage_photo, "the archive is damaged"),
        (damage_database, "the archive is damaged"),
        (renamed_photo, "the archive is damaged"),
        (lambda files: {n: d for n, d in files.items() if not n.startswith("files/")}, "other files than its manifest"),
        (lambda files: {n: d for n, d in files.items() if n != "manifest.json"}, "no manifest"),
        (lambda files: files | {"manifest.json": b"{}"}, "manifest cannot be read"),
        (lambda files: files | {"manifest.json": b"\xff"}, "manifest cannot be read"),
        (in_manifest(format=2), "format 2"),
        (in_manifest(surprise=1), "manifest cannot be read"),
        (in_manifest(database="oracle"), "holds no database"),
        (in_manifest(migrations={"portal": ["9999"]}), "made by a newer version"),
        (with_file("../../etc/cron.d/x"), "a name that none may have"),
        (with_file("/etc/passwd"), "a name that none may have"),
        (with_file("files/../../x"), "a name that none may have"),
        (with_file("files/1/aa/bb/../../../../x"), "a name that none may have"),
        (with_file("keys/authorized_keys"), "a name that none may have"),
        (with_file("files\\1\\aa\\bb\\x"), "a name that none may have"),
        (lambda files: files | {"files/1/aa/bb/" + "0" * 64: b"not listed"}, "other files than its manifest"),
    ],
)
def test_an_archive_that_is_not_sound_changes_nothing(archive, untouched, tmp_path, change, words):
    path = rewritten(archive, tmp_path / "bad.zip", change)
    assert words in command(untouched, "restore", path, fails=True)
    assert all_rows(untouched) == {}
    assert all_files(untouched) == {}
    assert list(untouched.config["DATA_DIR"].glob(".storewise-*")) == []


def test_a_file_that_is_no_archive_is_refused(untouched, tmp_path):
    path = tmp_path / "holiday.zip"
    path.write_bytes(b"\xff\xd8\xff" * 100)
    assert "cannot be read as an archive" in command(untouched, "restore", path, fails=True)


def test_an_archive_that_ends_too_soon_is_refused(archive, untouched, tmp_path):
    path = tmp_path / "half.zip"
    path.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    assert "cannot be read as an archive" in command(untouched, "restore", path, fails=True)


# The archive itself


def test_only_its_owner_may_read_an_archive_and_none_is_written_over(source, archive):
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    before = archive.read_bytes()
    assert "is there already" in command(source, "backup", archive, fails=True)
    assert archive.read_bytes() == before


def test_a_backup_that_fails_leaves_nothing_behind(target, tmp_path):
    folder = tmp_path / "kept"
    folder.mkdir()
    assert "no tables" in command(target, "backup", folder / "a.zip", fails=True)
    migrate(target)
    target.config["DATABASE_URL"] = "sqlite:////nowhere/at/all.db"
    command(target, "backup", folder / "a.zip", fails=True)
    assert list(folder.iterdir()) == []


def test_the_keys_that_the_portal_made_itself_come_back(tmp_path):
    with portal_in(tmp_path / "one", SECRET_KEY="", SECURITY_PASSWORD_SALT="") as one:
        fill(one)
        command(one, "backup", tmp_path / "b.zip")
        with portal_in(tmp_path / "two", SECRET_KEY="", SECURITY_PASSWORD_SALT="") as two:
            assert "SECRET_KEY" not in command(two, "restore", tmp_path / "b.zip")
            for name in ("secret_key.txt", "security_password_salt.txt"):
                kept = two.config["DATA_DIR"] / name
                assert kept.read_text() == (one.config["DATA_DIR"] / name).read_text()
                assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_another_key_of_the_environment_is_said(archive, tmp_path):
    with portal_in(tmp_path / "target", SECRET_KEY="another-" + "y" * 40) as target:
        assert "SECRET_KEY is not the one" in command(target, "restore", archive)
