"""Office files are ZIP archives: how much they unfold to, found out before anything reads them."""

from __future__ import annotations

import io
import zipfile
import zlib

from flask_babel import gettext as _

from portal.errors import RuleBroken
from portal.files.limits import MEGABYTE, Limits

MAX_PARTS = 2000
_LOCAL_HEADER_BYTES = 30
_CHUNK_BYTES = 256 * 1024
_PACKINGS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


def check_unfolded_size(data: bytes, limits: Limits, *, field: str = "") -> None:
    """Raise RuleBroken for an archive that unfolds to more than the limit, whatever it declares, or is broken."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
        declared = sum(part.file_size for part in parts)
        if declared > limits.max_unfolded_bytes or len(parts) > MAX_PARTS:
            raise _too_large(limits, field)
        left = limits.max_unfolded_bytes
        for part in parts:
            left -= _unfolded_size(data, part, left)
            if left < 0:
                raise _too_large(limits, field)
    except (zipfile.BadZipFile, zlib.error, ValueError, IndexError, OSError, NotImplementedError) as error:
        raise RuleBroken(field, _("This file is broken and cannot be opened. Please save it again.")) from error


def _unfolded_size(data: bytes, part: zipfile.ZipInfo, at_most: int) -> int:
    """What the part really unfolds to: a reader that trusts the stream and not the header sees this much."""
    if part.flag_bits & 0x1 or part.compress_type not in _PACKINGS:
        raise zipfile.BadZipFile("encrypted or packed in an unusual way")
    header = data[part.header_offset : part.header_offset + _LOCAL_HEADER_BYTES]
    name_bytes, extra_bytes = int.from_bytes(header[26:28], "little"), int.from_bytes(header[28:30], "little")
    start = part.header_offset + _LOCAL_HEADER_BYTES + name_bytes + extra_bytes
    packed = memoryview(data)[start : start + part.compress_size]
    if header[:4] != b"PK\x03\x04" or len(packed) != part.compress_size:
        raise zipfile.BadZipFile("a part lies outside of the file")
    return len(packed) if part.compress_type == zipfile.ZIP_STORED else _inflated_size(packed, at_most)


def _inflated_size(packed: memoryview, at_most: int) -> int:
    inflater, size, rest = zlib.decompressobj(-zlib.MAX_WBITS), 0, bytes(packed)
    while rest and not inflater.eof and size <= at_most:
        size += len(inflater.decompress(rest, _CHUNK_BYTES))
        rest = inflater.unconsumed_tail
    return size


def _too_large(limits: Limits, field: str) -> RuleBroken:
    megabytes = limits.max_unfolded_bytes // MEGABYTE
    return RuleBroken(field, _("This file unfolds to more than %(limit)s MB and was not opened.", limit=megabytes))
