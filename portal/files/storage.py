"""Where bytes lie: a folder of this machine, or any address that fsspec speaks (S3 and its like)."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import get_ident
from typing import Any, BinaryIO, Protocol

from flask import current_app

_KEY = re.compile(r"\d+/[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{64}(\.\d+)?")


def key_of(distributor_id: int, sha256: str, edge_px: int | None = None) -> str:
    """The address of bytes: under their distributor, so that nobody learns whether another one has the same."""
    thumbnail = f".{edge_px}" if edge_px else ""
    return f"{distributor_id}/{sha256[:2]}/{sha256[2:4]}/{sha256}{thumbnail}"


class Storage(Protocol):
    """What the portal asks of a place for bytes; a missing key raises FileNotFoundError."""

    def put(self, key: str, data: bytes) -> None:
        """Keep the bytes, all or nothing; bytes that lie there already become young again."""

    def read(self, key: str) -> bytes:
        """All bytes."""

    def open(self, key: str) -> BinaryIO:
        """The bytes as a stream."""

    def keys_older_than(self, moment: datetime) -> Iterator[str]:
        """What has not been put since the moment."""

    def discard(self, key: str, older_than: datetime) -> bool:
        """Remove the bytes unless they were put again since the moment."""

    def check(self) -> None:
        """Raise OSError when nothing can be kept here."""


class FolderStorage:
    """Bytes in a folder; written to a temporary name first and then moved."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.unfinished = root / "unfinished"

    def path(self, key: str) -> Path:
        """Where the bytes of the key lie."""
        if not _KEY.fullmatch(key):
            raise ValueError("not a key of the storage")
        return self.root / key

    def put(self, key: str, data: bytes) -> None:
        path = self.path(key)
        if not self._touched(path, len(data)):
            self._write(path, data)

    def _touched(self, path: Path, size_bytes: int) -> bool:
        """Whether the bytes lie there; touched, so that a sweep at this moment leaves them."""
        try:
            os.utime(path)
            return path.stat().st_size == size_bytes
        except FileNotFoundError:
            return False

    def _write(self, path: Path, data: bytes) -> None:
        self.unfinished.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self.unfinished)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            path.parent.mkdir(parents=True, exist_ok=True)
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def read(self, key: str) -> bytes:
        return self.path(key).read_bytes()

    def open(self, key: str) -> BinaryIO:
        return self.path(key).open("rb")

    def keys_older_than(self, moment: datetime) -> Iterator[str]:
        for path in sorted(self.root.glob("*/??/??/*")):
            key = path.relative_to(self.root).as_posix()
            try:
                is_old = _KEY.fullmatch(key) and _changed_at(path) < moment
            except FileNotFoundError:  # swept while we looked
                continue
            if is_old:
                yield key

    def discard(self, key: str, older_than: datetime) -> bool:
        path, aside = self.path(key), self.unfinished / f"discarded-{os.getpid()}-{get_ident()}"
        self.unfinished.mkdir(parents=True, exist_ok=True)
        try:
            os.replace(path, aside)
        except FileNotFoundError:
            return False
        try:
            if _changed_at(aside) >= older_than:  # somebody put the same bytes in between
                os.replace(aside, path)
                return False
            aside.unlink()
        except FileNotFoundError:
            return True  # the sweep of another distributor took it for what a killed writer has left
        return True

    def forget_unfinished(self, older_than: datetime) -> None:
        """Remove what writers that were killed have left."""
        for path in self.unfinished.glob("*"):
            with suppress(FileNotFoundError):  # another sweep was quicker
                if _changed_at(path) < older_than:
                    path.unlink()

    def check(self) -> None:
        self.unfinished.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=self.unfinished) as file:
            file.write(b"x")


def _changed_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


class RemoteStorage:
    """Bytes at an address of fsspec; a single put is atomic there."""

    def __init__(self, url: str) -> None:
        import fsspec

        self.files, self.root = fsspec.core.url_to_fs(url)

    def _address(self, key: str) -> str:
        if not _KEY.fullmatch(key):
            raise ValueError("not a key of the storage")
        return f"{self.root.rstrip('/')}/{key}"

    def put(self, key: str, data: bytes) -> None:
        self.files.pipe_file(self._address(key), data)  # again, if need be: that makes them young

    def read(self, key: str) -> bytes:
        content: bytes = self.files.cat_file(self._address(key))
        return content

    def open(self, key: str) -> BinaryIO:
        stream: BinaryIO = self.files.open(self._address(key), "rb")
        return stream

    def keys_older_than(self, moment: datetime) -> Iterator[str]:
        for address in sorted(self.files.find(self.root)):
            found = _KEY.search(address)
            if found and address.endswith(found[0]) and self._changed_at(address) < moment:
                yield found[0]

    def discard(self, key: str, older_than: datetime) -> bool:
        address = self._address(key)
        if not self.files.exists(address) or self._changed_at(address) >= older_than:
            return False
        self.files.rm_file(address)
        return True

    def _changed_at(self, address: str) -> datetime:
        changed: datetime = self.files.modified(address)
        return changed if changed.tzinfo else changed.replace(tzinfo=UTC)

    def check(self) -> None:
        probe = f"{self.root.rstrip('/')}/probe"
        self.files.pipe_file(probe, b"x")
        self.files.rm_file(probe)


def storage() -> Any:
    """The storage of this portal: FILES_URL if set, else a folder in DATA_DIR."""
    known = current_app.extensions.get("storewise_storage")
    if known is None:
        url = current_app.config.get("FILES_URL", "")
        folder = Path(current_app.config["DATA_DIR"]) / "files"
        known = RemoteStorage(url) if url else FolderStorage(folder)
        current_app.extensions["storewise_storage"] = known
    return known
