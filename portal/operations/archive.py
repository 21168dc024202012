"""The archive of a backup: a ZIP whose every file has a known kind of name, a size and a checksum."""

from __future__ import annotations

import hashlib
import os
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from portal.operations.manifest import NAME, ArchiveBroken, Entry, Manifest

CHUNK = 1024 * 1024
# No other name is written or read: neither a path out of a folder nor anything that a folder could run.
ALLOWED = re.compile(
    r"database\.(sqlite|dump)"
    r"|keys/(secret_key|security_password_salt)\.txt"
    r"|files/\d+/[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{64}"
)
FILES = "files/"
KEYS = "keys/"


class Writer:
    """Fills a new archive and keeps account of what is in it."""

    def __init__(self, book: zipfile.ZipFile) -> None:
        self.book = book
        self.entries: dict[str, Entry] = {}

    def add(self, path: str, source: BinaryIO, *, compress: bool = False) -> Entry:
        """Copy a stream into the archive; pictures and PDFs are compressed already."""
        if not ALLOWED.fullmatch(path) or path in self.entries:
            raise ValueError(f"not a new name of an archive: {path}")
        info = zipfile.ZipInfo(path)
        info.compress_type = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
        info.external_attr = 0o600 << 16
        with self.book.open(info, "w", force_zip64=True) as target:
            size, digest = 0, hashlib.sha256()
            for chunk in iter(lambda: source.read(CHUNK), b""):
                size += target.write(chunk)
                digest.update(chunk)
        self.entries[path] = Entry(path, size, digest.hexdigest())
        return self.entries[path]

    def close(self, manifest: Manifest) -> None:
        """Write the manifest, the last of all."""
        self.book.writestr(NAME, manifest.to_json(), zipfile.ZIP_DEFLATED)


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """A new archive that gets its name when it is whole; only its owner may read it. Nothing is written over."""
    if path.exists():
        raise FileExistsError(f"{path} is there already")
    unfinished = path.with_name(f"{path.name}.unfinished")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            with zipfile.ZipFile(file, "w") as book:
                yield Writer(book)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


class Reader:
    """Reads an archive; nothing of it is believed before verify()."""

    def __init__(self, book: zipfile.ZipFile) -> None:
        self.book = book
        self.manifest = self._manifest()

    def _manifest(self) -> Manifest:
        names = self.book.namelist()
        if names.count(NAME) != 1:
            raise ArchiveBroken("this is no archive of Storewise: it has no manifest")
        bad = [name for name in names if name != NAME and not ALLOWED.fullmatch(name)]
        if bad:
            raise ArchiveBroken(f"the archive has a file with a name that none may have: {bad[0]!r}")
        manifest = Manifest.from_json(self.book.read(NAME))
        listed = [entry.path for entry in manifest.entries]
        if sorted(listed) != sorted(name for name in names if name != NAME) or len(set(listed)) != len(listed):
            raise ArchiveBroken("the archive holds other files than its manifest says")
        return manifest

    def verify(self, step: Callable[[Entry], None] = lambda entry: None) -> None:
        """Read every file and compare it with the manifest; raises ArchiveBroken at the first that differs."""
        for entry in self.manifest.entries:
            self.copy(entry, lambda _: None)
            step(entry)

    def copy(self, entry: Entry, write: Callable[[bytes], object]) -> None:
        """Hand over the bytes of one file, and raise ArchiveBroken at their end if they are not those of the manifest."""
        size, digest = 0, hashlib.sha256()
        for chunk in self._chunks(entry):
            size += len(chunk)
            if size > entry.size:
                break
            digest.update(chunk)
            write(chunk)
        right_name = not entry.path.startswith(FILES) or entry.path.endswith(entry.sha256)
        if (size, digest.hexdigest()) != (entry.size, entry.sha256) or not right_name:
            raise ArchiveBroken(f"{entry.path} is not what the manifest says: the archive is damaged")

    def _chunks(self, entry: Entry) -> Iterator[bytes]:
        try:
            with self.book.open(entry.path) as source:
                yield from iter(lambda: source.read(CHUNK), b"")
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            raise ArchiveBroken(f"{entry.path} cannot be read: {error}") from error

    def entry(self, path: str) -> Entry | None:
        """The file of this name, or None."""
        return next((entry for entry in self.manifest.entries if entry.path == path), None)

    def under(self, folder: str) -> Iterator[Entry]:
        """The files whose name begins so."""
        return (entry for entry in self.manifest.entries if entry.path.startswith(folder))


@contextmanager
def reading(path: Path) -> Iterator[Reader]:
    """An archive whose names and manifest have been checked; raises ArchiveBroken."""
    try:
        book = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        raise ArchiveBroken(f"{path} cannot be read as an archive: {error}") from error
    with book:
        yield Reader(book)
