"""The only door through which the renderer gets anything: pictures and fonts it was handed, by exact name."""

from __future__ import annotations

import base64
import binascii
import io
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote

from PIL import Image
from weasyprint.urls import URLFetcher, URLFetcherResponse

PICTURE_FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
INLINE_PICTURE_BYTES = 64 * 1024
_INLINE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,([A-Za-z0-9+/=%]+)\Z")


class Refused(ValueError):
    """An address that is not on the list, or a picture that is none."""


class AllowList(URLFetcher):
    """Serves `picture:NAME`, `font:NAME` and small inline pictures; everything else is refused and remembered.

    A subclass because WeasyPrint 70 reads its attributes. The openers of the base class are taken out, so that
    even a call that went around `fetch` would find nobody who can open an address.
    """

    def __init__(self, pictures: Mapping[str, bytes], fonts: Mapping[str, Path], picture_pixels: int) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False)
        self.handlers.clear()
        self.handle_open.clear()
        self._pictures = pictures
        self._fonts = fonts
        self._picture_pixels = picture_pixels
        self.refused: list[str] = []

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """The resource at an address on the list; raises Refused for any other."""
        try:
            body, media_type = self._find(url)
        except Refused as refusal:
            if len(self.refused) < 50:
                self.refused.append(f"{url[:120]}: {refusal}")
            raise
        return URLFetcherResponse(url, body, {"Content-Type": media_type})

    def open(self, url: object, data: object = None, timeout: object = None) -> URLFetcherResponse:
        """The same door for callers that treat it as an opener."""
        return self.fetch(url if isinstance(url, str) else "")

    def _find(self, url: str) -> tuple[bytes, str]:
        scheme, _, rest = url.partition(":")
        if scheme == "picture":
            name = rest if rest in self._pictures else unquote(rest)
            if name not in self._pictures:
                raise Refused("no such picture")
            return self._picture(self._pictures[name])
        if scheme == "font" and rest in self._fonts:
            return self._fonts[rest].read_bytes(), "font/ttf"
        if scheme == "data":
            return self._picture(_inline_picture(url))
        raise Refused("not on the list")

    def _picture(self, data: bytes) -> tuple[bytes, str]:
        """The picture with its type by content; pixels are counted before anything is decoded."""
        try:
            with Image.open(io.BytesIO(data), formats=list(PICTURE_FORMATS)) as image:
                width, height = image.size
                kind = image.format or ""
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
            raise Refused("not a picture, or a broken one") from error
        if width * height > self._picture_pixels:
            raise Refused(f"{width} x {height} pixels are too many")
        return data, PICTURE_FORMATS[kind]


def _inline_picture(url: str) -> bytes:
    match = _INLINE.match(url) if len(url) <= INLINE_PICTURE_BYTES * 3 // 2 else None
    if match is None:
        raise Refused("only small inline pictures are allowed")
    try:
        return base64.b64decode(unquote(match[1]), validate=True)
    except binascii.Error as error:
        raise Refused("not a picture, or a broken one") from error
