"""Files as people and attackers send them, made on the spot."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any

import pikepdf
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

RED, GREEN, BLUE, WHITE = (220, 30, 30), (30, 180, 60), (40, 60, 220), (245, 245, 245)
# EXIF orientation -> how a camera that was held so has to store what is to be seen upright.
STORED_AS = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def four_corners(width: int = 400, height: int = 240) -> Image.Image:
    """Red top left, green top right, blue bottom left, white bottom right."""
    image = Image.new("RGB", (width, height), WHITE)
    image.paste(RED, (0, 0, width // 2, height // 2))
    image.paste(GREEN, (width // 2, 0, width, height // 2))
    image.paste(BLUE, (0, height // 2, width // 2, height))
    return image


def encoded(image: Image.Image, file_format: str = "JPEG", **options: Any) -> bytes:
    """The picture as a file."""
    if file_format == "HEIF":
        from pillow_heif import register_heif_opener

        register_heif_opener()
    out = io.BytesIO()
    image.save(out, file_format, **options)
    return out.getvalue()


def phone_exif(orientation: int = 1) -> Image.Exif:
    """What a phone writes: maker, time, orientation, and where its owner stood."""
    exif = Image.Exif()
    exif[Base.Make], exif[Base.DateTime], exif[Base.Orientation] = "SecretPhone", "2026:11:01 08:00:00", orientation
    place = exif.get_ifd(IFD.GPSInfo)
    place[GPS.GPSLatitudeRef], place[GPS.GPSLatitude] = "N", (31.0, 14.0, 5.0)
    place[GPS.GPSLongitudeRef], place[GPS.GPSLongitude] = "E", (121.0, 28.0, 1.0)
    exif._ifds[IFD.GPSInfo] = place
    return exif


def photo(orientation: int = 1, **options: Any) -> bytes:
    """A JPEG that looks like four_corners() once it is turned as its EXIF says."""
    image, how = four_corners(), STORED_AS[orientation]
    stored = image if how is None else image.transpose(how)
    return encoded(stored, exif=phone_exif(orientation), **options)


def png_that_claims(width: int, height: int) -> bytes:
    """A few bytes of PNG that unfold to a picture of this size."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    packer = zlib.compressobj(9)
    row = bytes(width + 1)
    body = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def pdf(pages: int = 1) -> pikepdf.Pdf:
    """A plain PDF."""
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(200, 200))
    return document


def saved(document: pikepdf.Pdf, **options: Any) -> bytes:
    """The PDF as a file."""
    out = io.BytesIO()
    document.save(out, **options)
    return out.getvalue()


def _many_spaces(start: bytes, megabytes: int) -> bytes:
    """The start and then spaces, deflated: one megabyte is packed and the result repeated, which takes no time."""
    block, packer = b" " * 1024 * 1024, zlib.compressobj(9)
    packed = packer.compress(start) + packer.flush(zlib.Z_FULL_FLUSH)
    packed += (packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)) * megabytes
    check = zlib.adler32(start)
    for _ in range(megabytes):
        check = zlib.adler32(block, check)
    return packed + packer.flush()[:-4] + struct.pack(">I", check)


def pdf_bomb(unfolded_megabytes: int) -> bytes:
    """A PDF with an object stream that unfolds to this much."""
    packed = _many_spaces(b"10 0 << /A 1 >> ", unfolded_megabytes)
    out, offsets = bytearray(b"%PDF-1.5\n"), {}
    bodies = {
        1: b"<< /Type /Catalog /Pages 2 0 R /X 10 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Resources << >> >>",
        4: b"<< /Type /ObjStm /N 1 /First 5 /Filter /FlateDecode /Length %d >>\nstream\n" % len(packed)
        + packed + b"\nendstream",
    }  # fmt: skip
    for number, body in bodies.items():
        offsets[number] = len(out)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(out)
    rows = struct.pack(">BIH", 0, 0, 65535) + b"".join(struct.pack(">BIH", 1, offsets[n], 0) for n in (1, 2, 3, 4))
    rows += struct.pack(">BIH", 1, start, 0) + struct.pack(">BIH", 2, 4, 0)
    head = b"<< /Type /XRef /Size 11 /Index [0 6 10 1] /W [1 4 2] /Root 1 0 R /Length %d >>" % len(rows)
    tail = b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF" % start
    return bytes(out + b"5 0 obj\n" + head + b"\nstream\n" + rows + tail)


_SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def workbook(rows: str, shared: str = "", *, more: dict[str, bytes] | None = None) -> bytes:
    """An XLSX whose sheet has these rows in XML: for what no honest program writes."""
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_TYPES}"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="r1" Type="{_OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_SPREADSHEET}" xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="One" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="r1" '
        f'Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" '
        f'Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_SPREADSHEET}"><sheetData>{rows}</sheetData></worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{_SPREADSHEET}">{shared}</sst>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (*parts.items(), *(more or {}).items()):
            archive.writestr(name, content)
    return out.getvalue()


def zip_that_lies(data: bytes, part: str, claimed_bytes: int) -> bytes:
    """The archive with another unfolded size written over that of one part, in both of its headers."""
    changed = bytearray(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        info = archive.getinfo(part)
        central = data.rindex(part.encode()) - 46
    changed[info.header_offset + 22 : info.header_offset + 26] = struct.pack("<I", claimed_bytes)
    changed[central + 24 : central + 28] = struct.pack("<I", claimed_bytes)
    return bytes(changed)


def locked_office_file() -> bytes:
    """The beginning of what Excel writes when a workbook is saved with a password."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(600)


def old_excel_file() -> bytes:
    """The beginning of an XLS."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "Workbook".encode("utf-16-le") + bytes(600)
