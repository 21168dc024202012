"""A document reads nothing but what was handed over, and leaves nothing behind for the next one."""

from __future__ import annotations

import base64
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from portal.pdf import PdfFailed
from tests.portal.pdf_kit import document, one_renderer, picture
from tests.portal.pdf_reading import PdfReading

renderer = pytest.fixture(scope="module")(one_renderer)


def test_pictures_that_were_handed_over_are_shown(renderer):
    html = '<img src="picture:logo" alt="Logo"><img src="picture:照片 1" alt="Photo">'
    result = renderer.render(document(html, pictures={"logo": picture(), "照片 1": picture(kind="JPEG")}))
    reading = PdfReading(result.pdf)
    assert result.problems == ()
    assert [str(figure.node.Alt) for figure in reading.elements("Figure")] == ["Logo", "Photo"]
    assert len(list(reading.pdf.pages[0].Resources.XObject)) == 2


class _Counter(BaseHTTPRequestHandler):
    hits = 0

    def do_GET(self) -> None:
        type(self).hits += 1
        self.send_response(200)
        self.end_headers()
        self.wfile.write(picture())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def outside(tmp_path_factory):
    """A secret file and a web server that nobody may ask."""
    secret = tmp_path_factory.mktemp("secret") / "secret.png"
    secret.write_bytes(picture())
    server = HTTPServer(("127.0.0.1", 0), _Counter)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield secret, f"http://127.0.0.1:{server.server_port}/x.png"
    server.shutdown()


WAYS_OUT = {
    "picture": '<img src="{}" alt="x">',
    "style sheet": '<link rel="stylesheet" href="{}">',
    "import": '<style>@import url("{}");</style>',
    "font": '<style>@font-face {{ font-family: x; src: url("{}") }} p {{ font-family: x }}</style>',
    "background": '<p style="background: url({})">x</p>',
    "list": '<ul style="list-style-image: url({})"><li>x</ul>',
    "content": '<style>p::before {{ content: url("{}") }}</style><p>x',
    "border": '<p style="border: 3px solid; border-image-source: url({})">x</p>',
    "object": '<object data="{}">x</object>',
    "embed": '<embed src="{}">',
    "attachment": '<link rel="attachment" href="{}"><p>x',
    "attached link": '<a rel="attachment" href="{}">x</a>',
    "svg image": '<svg viewBox="0 0 9 9" width="9"><image href="{}" width="9" height="9"/></svg>',
    "svg use": '<svg viewBox="0 0 9 9" width="9"><use href="{}#a"/></svg>',
    "svg style": '<svg viewBox="0 0 9 9" width="9"><style>@import url("{}");</style><rect width="1" height="1"/></svg>',
}


# A face that a document brings is not looked at; WeasyPrint follows neither of the other two.
NEVER_ASKED = {"font", "svg use", "svg style"}


@pytest.mark.parametrize("way", WAYS_OUT)
def test_no_way_out_of_a_document_reaches_a_file_or_a_server(renderer, outside, way):
    secret, address = outside
    for target in (secret.as_uri(), address):
        result = renderer.render(document(WAYS_OUT[way].format(target), pictures={"a": picture()}))
        reading = PdfReading(result.pdf)
        assert not any(page.Resources.get("/XObject") for page in reading.pdf.pages)
        assert not reading.pdf.attachments
        if way not in NEVER_ASKED:
            assert any("not on the list" in problem for problem in result.problems), result.problems
    assert _Counter.hits == 0


def test_colour_profile_from_outside_stops_the_document(renderer, outside):
    for target in (outside[0].as_uri(), outside[1]):
        with pytest.raises(PdfFailed) as failure:
            renderer.render(document(f'<style>@color-profile --x {{ src: url("{target}") }}</style><p>x'))
        assert failure.value.reason == "broken"
        assert "not on the list" in failure.value.detail
    assert _Counter.hits == 0


@pytest.mark.parametrize(
    "address",
    [
        "ftp://127.0.0.1/x",
        "/etc/hostname",
        "etc/hostname",
        "picture:other",
        "picture:",
        "font:../../secret",
        "font:/etc/hostname",
        "data:text/html,x",
        "data:image/svg+xml;base64,PHN2Zy8+",
        "data:image/png;base64," + "A" * 200_000,
        "FILE:///etc/hostname",
        "\u00a0file:///etc/hostname",
    ],
)
def test_no_other_address_is_served(renderer, address):
    html = f'<base href="file:///"><img src="{address}" alt="x">'
    result = renderer.render(document(html, pictures={"a": picture()}))
    reading = PdfReading(result.pdf)
    assert not reading.pdf.pages[0].Resources.get("/XObject")
    assert result.problems


def test_small_inline_picture_is_served(renderer):
    address = "data:image/png;base64," + base64.b64encode(picture()).decode()
    result = renderer.render(document(f'<img src="{address}" alt="x">'))
    assert result.problems == ()
    reading = PdfReading(result.pdf)
    assert reading.pdf.pages[0].Resources.XObject


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (picture(9000, 7000), "too many"),
        (picture()[:20], "broken"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/hostname'/></svg>", "broken"),
        (b"%!PS-Adobe-3.0 EPSF-3.0", "broken"),
        (picture(kind="TIFF"), "broken"),
        (b"", "broken"),
    ],
    ids=["60 megapixels", "cut off", "svg", "postscript", "tiff", "empty"],
)
def test_unusable_picture_is_replaced_by_its_words_and_reported(renderer, data, why):
    result = renderer.render(document('<p>before <img src="picture:a" alt="Front shelf"> after', pictures={"a": data}))
    assert PdfReading(result.pdf).text == "before Front shelf after"
    assert any(why in problem for problem in result.problems)


def test_document_cannot_bring_a_font_for_itself_or_the_next(renderer):
    hostile = '<style>@font-face { font-family: "Foreign"; src: url(font:NotoSerifSC-SemiBold) }</style><p>字'
    style = 'p { font-family: "Foreign", "Noto Sans SC" }'
    for html in (hostile, "<p>字"):
        reading = PdfReading(renderer.render(document(html, stylesheet=style)).pdf)
        assert reading.families() == ["Noto-Sans-SC"]


@pytest.mark.parametrize(
    ("link", "kept"),
    [
        ("https://example.com/a", True),
        ("mailto:a@example.com", True),
        ("javascript:alert(1)", False),
        ("file:///etc/hostname", False),
        ("data:text/html,x", False),
        ("relative.html", False),
    ],
)
def test_link_keeps_its_target_only_if_it_is_harmless(renderer, link, kept):
    result = renderer.render(document(f'<base href="file:///etc/"><a href="{link}">x</a>'))
    reading = PdfReading(result.pdf)
    annotation = reading.pdf.pages[0].Annots[0]
    assert ("/A" in annotation) is kept


def test_title_and_language_are_those_that_were_asked_for(renderer):
    html = '<html lang="fr"><head><title>other</title></head><body><p>x'
    reading = PdfReading(renderer.render(document(html, title="<b>真</b>")).pdf)
    assert (str(reading.pdf.docinfo["/Title"]), str(reading.pdf.Root.Lang)) == ("<b>真</b>", "zh-Hans")
