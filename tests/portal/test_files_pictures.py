"""Uploaded pictures: upright, without metadata, of a useful size, and nothing that only looks like a picture."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageCms

from portal.errors import RuleBroken
from portal.files.limits import JPEG, WEBP, Limits
from portal.files.services import CheckedUpload, check_upload
from tests.portal.file_samples import (
    BLUE,
    GREEN,
    RED,
    WHITE,
    encoded,
    four_corners,
    pdf,
    phone_exif,
    photo,
    png_that_claims,
    saved,
)

SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def taken(data: bytes, name: str = "shelf.jpg", limits: Limits | None = None) -> CheckedUpload:
    return check_upload(data, name, kinds={"picture"}, limits=limits)


def refusal(data: bytes, name: str = "shelf.jpg", limits: Limits | None = None) -> str:
    with pytest.raises(RuleBroken) as refused:
        taken(data, name, limits)
    assert refused.value.field == "file"
    return str(refused.value.message)


def seen(upload: CheckedUpload) -> Image.Image:
    return Image.open(io.BytesIO(upload.data))


def corners(image: Image.Image) -> list[tuple[int, int, int]]:
    """The mean colours of the four quarters, in reading order."""
    quarters = image.convert("RGB").resize((2, 2), Image.Resampling.BOX)
    return [quarters.getpixel(place) for place in ((0, 0), (1, 0), (0, 1), (1, 1))]


def alike(found: list[tuple[int, int, int]], wanted: list[tuple[int, int, int]], tolerance: int = 12) -> bool:
    pairs = [pair for one, other in zip(found, wanted, strict=True) for pair in zip(one, other, strict=True)]
    return all(abs(a - b) <= tolerance for a, b in pairs)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_each_exif_orientation_is_turned_upright(orientation: int) -> None:
    upload = taken(photo(orientation))
    assert (upload.width_px, upload.height_px) == (400, 240)
    assert alike(corners(seen(upload)), [RED, GREEN, BLUE, WHITE])


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF"])
def test_place_maker_and_comments_are_gone(file_format: str) -> None:
    options = {"comment": b"SecretComment"} if file_format == "JPEG" else {}
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = encoded(four_corners(), file_format, exif=phone_exif().tobytes(), icc_profile=profile, **options)
    assert b"SecretPhone" in data
    upload = taken(data)
    image = seen(upload)
    assert b"Secret" not in upload.data
    assert (dict(image.getexif()), image.info.get("icc_profile"), image.info.get("comment")) == ({}, None, None)


def test_heic_of_a_phone_becomes_jpeg() -> None:
    upload = taken(encoded(four_corners(), "HEIF", quality=90), "IMG_0001.HEIC")
    assert (upload.media_type, upload.name) == (JPEG, "IMG_0001.jpg")
    assert alike(corners(seen(upload)), [RED, GREEN, BLUE, WHITE])


def test_heic_is_turned_once_and_not_twice() -> None:
    sideways = four_corners().transpose(Image.Transpose.ROTATE_90)
    upload = taken(encoded(sideways, "HEIF", quality=90, exif=phone_exif(6).tobytes()))
    assert (upload.width_px, upload.height_px) == (400, 240)
    assert alike(corners(seen(upload)), [RED, GREEN, BLUE, WHITE])


def test_a_jpeg_with_a_second_picture_inside_is_an_ordinary_photo() -> None:
    data = encoded(four_corners(), "MPO", save_all=True, append_images=[Image.new("RGB", (400, 240), "black")])
    assert alike(corners(seen(taken(data))), [RED, GREEN, BLUE, WHITE])


@pytest.mark.parametrize(
    ("size", "wanted"), [((5000, 2500), (2048, 1024)), ((1000, 4000), (512, 2048)), ((300, 200), (300, 200))]
)
def test_the_longest_edge_is_limited_and_small_pictures_stay(size: tuple[int, int], wanted: tuple[int, int]) -> None:
    upload = taken(encoded(four_corners(*size)))
    assert (upload.width_px, upload.height_px) == wanted == seen(upload).size


def test_what_is_transparent_stays_so_as_webp() -> None:
    image = four_corners().convert("RGBA")
    image.paste((0, 0, 0, 0), (0, 0, 200, 120))
    upload = taken(encoded(image, "PNG"), "logo.png")
    assert (upload.media_type, upload.name) == (WEBP, "logo.webp")
    assert seen(upload).convert("RGBA").getpixel((50, 50))[3] == 0


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "CMYK"])
def test_every_mode_of_colours_is_understood(mode: str) -> None:
    image = four_corners().convert(mode)
    upload = taken(encoded(image, "JPEG" if mode == "CMYK" else "PNG"))
    assert upload.media_type == JPEG
    top_left, *_rest, bottom_right = corners(seen(upload))
    assert sum(bottom_right) > sum(top_left)


def test_sixteen_bits_a_pixel_are_scaled_and_not_clipped() -> None:
    image = Image.frombytes("I;16", (64, 64), b"\x00\x40" * 2048 + b"\x00\xc0" * 2048)
    top, *_rest, bottom = corners(seen(taken(encoded(image, "PNG"))))
    assert alike([top, bottom], [(0x40,) * 3, (0xC0,) * 3])


def test_colours_of_another_profile_are_converted_before_it_is_dropped() -> None:
    """The same numbers mean another colour in a profile with gamma 1: mid grey there is a lighter grey on a screen."""
    linear = ImageCms.ImageCmsProfile(_linear_profile()).tobytes()
    upload = taken(encoded(Image.new("RGB", (64, 64), (55, 55, 55)), "PNG", icc_profile=linear))
    assert alike([corners(seen(upload))[0]], [(127, 127, 127)], tolerance=6)


def _linear_profile() -> io.BytesIO:
    """sRGB with its three curves replaced by a straight line (a curve with no entries)."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for number in range(int.from_bytes(profile[128:132], "big")):
        entry = 132 + 12 * number
        if profile[entry : entry + 4] in (b"rTRC", b"gTRC", b"bTRC"):
            at = int.from_bytes(profile[entry + 4 : entry + 8], "big")
            profile[at : at + 12] = b"curv" + bytes(8)
            profile[entry + 8 : entry + 12] = (12).to_bytes(4, "big")
    description = profile.find("sRGB".encode("utf-16-be"))
    while description != -1:
        profile[description : description + 8] = "flat".encode("utf-16-be")
        description = profile.find("sRGB".encode("utf-16-be"))
    return io.BytesIO(bytes(profile))


# What is refused


def test_a_truncated_photo_is_called_broken() -> None:
    data = photo()
    assert "broken" in refusal(data[: len(data) // 2])


@pytest.mark.parametrize("data", [b"\xff\xd8\xff\xe0 not really", b"\x89PNG\r\n\x1a\n" + bytes(50), b"GIF89a"])
def test_only_the_beginning_of_a_picture_is_not_one(data: bytes) -> None:
    assert "broken" in refusal(data)


def test_a_bomb_of_twenty_thousand_pixels_square_is_refused_before_it_unfolds() -> None:
    bomb = png_that_claims(20_000, 20_000)
    assert len(bomb) < 500_000
    assert "65 megapixels" in refusal(bomb)


def test_the_limit_of_pixels_holds_below_pillows_own() -> None:
    assert "megapixels" in refusal(png_that_claims(2000, 1001), limits=Limits(max_pixels=2_000_000))
    assert taken(png_that_claims(2000, 1000), limits=Limits(max_pixels=2_000_000)).width_px == 2000


@pytest.mark.parametrize("file_format", ["GIF", "WEBP", "PNG"])
def test_moving_pictures_are_refused(file_format: str) -> None:
    data = encoded(four_corners(), file_format, save_all=True, append_images=[Image.new("RGB", (400, 240), "black")])
    assert "still" in refusal(data)


def test_a_still_gif_is_a_picture() -> None:
    assert taken(encoded(four_corners(), "GIF")).media_type == JPEG


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (SVG, "SVG"),
        (b"<svg onload=alert(1)>", "SVG"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "HTML"),
        (b"\xef\xbb\xbf \n<html>", "HTML"),
        ("<html>".encode("utf-16"), "HTML"),
        (b"<?xml version='1.0'?><a/>", "XML"),
        (b"\x00\x00\x00\x18ftypmp42" + bytes(40), "video"),
        (b"MZ" + bytes(200), "program"),
        (bytes(range(256)) * 4, "unknown"),
        (b"name,price\na,1\n", "CSV"),
        (b"PK\x03\x04" + bytes(60), "ZIP"),
    ],
)
def test_what_is_no_picture_is_named_and_refused(data: bytes, what: str) -> None:
    message = refusal(data, "shelf.jpg")
    assert what in message
    assert "“shelf.jpg”" in message
    assert "JPEG, PNG, WebP, HEIC" in message


def test_a_pdf_is_not_a_picture_whatever_it_is_called() -> None:
    assert "a PDF document" in refusal(saved(pdf()), "photo.jpg")


def test_of_a_photo_that_is_also_a_page_only_the_photo_stays() -> None:
    page = b"<html><script>alert(document.domain)</script></html>"
    for data in (photo(comment=page), photo() + page):
        assert page in data
        assert b"script" not in taken(data, "shelf.html").data
    assert taken(photo(comment=page), "shelf.html").name == "shelf.jpg"


def test_a_page_that_holds_a_photo_is_a_page() -> None:
    assert "HTML" in refusal(b"<html><!--" + photo())


def test_nothing_is_said_to_be_empty() -> None:
    assert refusal(b"") == "“shelf.jpg” is empty."


def test_too_large_names_the_limit() -> None:
    assert refusal(photo(), limits=Limits(max_bytes=1024)) == "“shelf.jpg” is too large. The limit is 1 KB."
