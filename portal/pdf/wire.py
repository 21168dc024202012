"""Messages between the portal and the process that renders: a JSON head and the bytes that belong to it.

JSON, not pickle: what comes back has touched untrusted documents.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from typing import Any, BinaryIO

_LENGTH = struct.Struct(">Q")


class Disconnected(Exception):
    """The other side is gone."""


class Oversized(Exception):
    """The other side announces more than was agreed."""


def send(stream: BinaryIO, head: dict[str, Any], blobs: Sequence[bytes] = ()) -> None:
    """Write one message; raises OSError when the other side is gone."""
    data = json.dumps({"head": head, "sizes": [len(blob) for blob in blobs]}).encode()
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    for blob in blobs:
        stream.write(blob)
    stream.flush()


def receive(stream: BinaryIO, limit_bytes: int) -> tuple[dict[str, Any], list[bytes]]:
    """Read one message of at most `limit_bytes`; raises Disconnected or Oversized."""
    (length,) = _LENGTH.unpack(_exactly(stream, _LENGTH.size))
    if length > limit_bytes:
        raise Oversized(length)
    envelope = json.loads(_exactly(stream, length))
    sizes = envelope["sizes"]
    if length + sum(sizes) > limit_bytes or any(size < 0 for size in sizes):
        raise Oversized(sum(sizes))
    return envelope["head"], [_exactly(stream, size) for size in sizes]


def _exactly(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise Disconnected
    return data
