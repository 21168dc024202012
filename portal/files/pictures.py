"""Pictures: decoded and written anew, upright, in sRGB, of a useful size, and with nothing else in them."""

from __future__ import annotations

import io
import struct
import threading
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from flask_babel import gettext as _
from PIL import Image, ImageCms

from portal.errors import RuleBroken
from portal.files.limits import JPEG, WEBP, Limits

T = TypeVar("T")

# A JPEG of a phone may hold a second picture (depth, HDR gain map: "MPO"); the first is the photo.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "HEIF", "AVIF")
MAY_MOVE = frozenset({"PNG", "WEBP", "GIF", "AVIF"})

# What Pillow and its codecs raise over broken bytes (tried with 250,000 mutilated pictures).
_BROKEN = (
    OSError, ValueError, SyntaxError, EOFError, RuntimeError, IndexError, KeyError, OverflowError,
    struct.error, zlib.error,
)  # fmt: skip
_TOO_MANY_PIXELS = (Image.DecompressionBombError, Image.DecompressionBombWarning)

# EXIF orientation -> what turns the picture upright.
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ORIENTATION_TAG = 0x0112

# Pillow's own check is the second line; it warns at this and raises at twice this number.
Image.MAX_IMAGE_PIXELS = Limits().max_pixels

# A large photo needs 200 MB while it is decoded: one at a time per process.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is stored."""

    data: bytes
    media_type: str
    width_px: int
    height_px: int


@lru_cache(maxsize=1)
def _learn_heic() -> None:
    from pillow_heif import register_heif_opener

    register_heif_opener()


def normalise(data: bytes, limits: Limits, *, field: str = "") -> Picture:
    """The picture, written anew; raises RuleBroken for what is broken, moving or too large."""
    _learn_heic()
    with _one_at_a_time:
        image = _decoding(lambda: Image.open(io.BytesIO(data), formats=FORMATS), limits, field)
        _refuse_odd(image, limits, field)
        return _decoding(lambda: _encode(_reduced(image, limits.max_edge_px)), limits, field)


def shrink(data: bytes, edge_px: int) -> Picture:
    """A smaller copy of a picture that was normalised before."""
    image = Image.open(io.BytesIO(data), formats=("JPEG", "WEBP"))
    image.thumbnail((edge_px, edge_px), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return _encode(image)


def _decoding(step: Callable[[], T], limits: Limits, field: str) -> T:
    try:
        return step()
    except _TOO_MANY_PIXELS as error:
        raise _too_many_pixels(limits, field) from error
    except _BROKEN as error:
        message = _("This picture is broken and cannot be opened. Please take or save it again.")
        raise RuleBroken(field, message) from error


def _too_many_pixels(limits: Limits, field: str) -> RuleBroken:
    limit = round(limits.max_pixels / 1_000_000)
    return RuleBroken(field, _("This picture has too many pixels. The limit is %(limit)s megapixels.", limit=limit))


def _refuse_odd(image: Image.Image, limits: Limits, field: str) -> None:
    if image.width * image.height > limits.max_pixels:
        raise _too_many_pixels(limits, field)
    if image.format in MAY_MOVE and _decoding(lambda: getattr(image, "is_animated", False), limits, field):
        raise RuleBroken(field, _("Moving pictures cannot be used here. Please choose a still one."))


def _reduced(image: Image.Image, edge_px: int) -> Image.Image:
    """Upright, in RGB(A), at most edge_px long: reduced first, since every later step then has less to do."""
    upright = _UPRIGHT.get(_orientation(image))
    profile = image.info.get("icc_profile")
    image.draft("RGB", (edge_px, edge_px))  # lets a JPEG decoder skip what would be thrown away
    image.load()
    image = _with_colours(image)
    image.thumbnail((edge_px, edge_px), Image.Resampling.LANCZOS, reducing_gap=3.0)
    image = _to_srgb(image, profile)
    return image.transpose(upright) if upright is not None else image


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION_TAG, 1))
    except _BROKEN:
        return 1


def _with_colours(image: Image.Image) -> Image.Image:
    """In a mode that can be reduced smoothly and converted to sRGB."""
    if image.mode.startswith("I"):  # 16 bits a channel: convert() would clip instead of scaling
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    if image.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in image.info:
        image = image.convert("RGBA")
        return image if image.getchannel("A").getextrema()[0] < 255 else image.convert("RGB")  # type: ignore[operator]
    return image if image.mode in {"RGB", "CMYK"} else image.convert("RGB")


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Colours as the camera meant them; the profile itself is dropped with all other metadata."""
    if profile and image.mode != "RGBA":
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            if "sRGB" not in ImageCms.getProfileDescription(source):
                return _converted(image, source)
        except (ImageCms.PyCMSError, *_BROKEN):
            pass  # a broken profile is no reason to refuse a good photo
    return image.convert("RGB") if image.mode == "CMYK" else image


@lru_cache(maxsize=1)
def _srgb() -> Any:
    return ImageCms.createProfile("sRGB")


def _converted(image: Image.Image, source: Any) -> Image.Image:
    converted = ImageCms.profileToProfile(image, source, _srgb(), outputMode="RGB")
    return converted if converted is not None else image


def _encode(image: Image.Image) -> Picture:
    """JPEG, or WebP where something shines through."""
    image.info.clear()  # encoders copy comments, profiles and EXIF from here
    out = io.BytesIO()
    if image.mode == "RGBA":
        image.save(out, "WEBP", quality=85, method=4, exif=b"", xmp=b"", icc_profile=b"")
        return Picture(out.getvalue(), WEBP, *image.size)
    image.convert("RGB").save(out, "JPEG", quality=84, optimize=True, progressive=True, exif=b"")
    return Picture(out.getvalue(), JPEG, *image.size)
