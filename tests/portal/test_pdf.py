"""PDFs as readers get them: in order, tagged, with true page numbers, and every character in its place."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markupsafe import escape

from portal.pdf import PdfAttachment
from tests.portal.pdf_kit import STYLE, document, one_renderer
from tests.portal.pdf_reading import PdfReading
from tests.portal.sample_briefing import numbers, sample

renderer = pytest.fixture(scope="module")(one_renderer)


@pytest.fixture(scope="module", params=["zh_Hans", "en"])
def briefing(request, renderer):
    """The sample briefing in each language, rendered and opened."""
    html = sample(request.param)
    result = renderer.render(document(html, language=request.param, stylesheet=STYLE, attachments=(numbers(),)))
    return result, PdfReading(result.pdf), request.param


# What a reader gets


def test_briefing_has_six_pages_and_lacks_nothing(briefing):
    result, reading, _ = briefing
    assert (result.pages, len(reading.pdf.pages)) == (6, 6)
    assert (result.missing_characters, result.problems) == ((), ())
    assert reading.pdf.check_pdf_syntax() == []
    assert len(result.pdf) < 200_000


def test_pdf_says_its_title_language_and_that_it_is_tagged(briefing):
    _, reading, language = briefing
    root = reading.pdf.Root
    assert str(root.Lang) == {"zh_Hans": "zh-Hans", "en": "en"}[language]
    assert str(reading.pdf.docinfo["/Title"]) == "简报"
    assert root.MarkInfo.Marked and root.ViewerPreferences.DisplayDocTitle
    with reading.pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == "简报"


def test_fonts_are_ours_embedded_and_subset(briefing):
    _, reading, _ = briefing
    assert len(reading.fonts()) >= 3
    for font in reading.fonts():
        name = str(font.BaseFont)
        descriptor = font.DescendantFonts[0].FontDescriptor
        assert name[7] == "+" and name[8:].startswith(("Noto-Sans-SC", "Noto-Serif-SC"))
        assert len(descriptor.FontFile2.read_bytes()) < 400_000


def test_text_comes_in_reading_order(briefing):
    _, reading, language = briefing
    expected = {
        "zh_Hans": "旺季前的八周 1,338 目录 与同类店比 图 怎么读 图 表 合计 您可以做 市场观察 来源",
        "en": "Eight 1,338 Contents Against Figure read Figure Table Sum do market Sources",
    }[language]
    text, place = reading.text, -1
    for words in expected.split():
        place = text.find(words, place + 1)
        assert place >= 0, words


def test_page_numbers_in_the_contents_are_true(briefing):
    _, reading, _ = briefing
    titles = {title: page for depth, title, page in reading.outline() if depth == 0}
    entries = [element.text for element in reading.elements("LBody") if element.page == 1]
    annotations = reading.pdf.pages[1].Annots
    linked = list(dict.fromkeys(reading.page_of(annotation.Dest) for annotation in annotations))
    assert len(entries) == len(linked) == 3
    for entry, page in zip(entries, linked, strict=True):
        title = next(title for title in titles if title in entry)
        assert titles[title] == page
        assert f"{title}{page}" in entry


def test_bookmarks_lead_to_the_sections(briefing):
    _, reading, _ = briefing
    headings = [(element.text.replace(" ", ""), element.page + 1) for element in reading.elements("H1")]
    assert [(title.replace(" ", ""), page) for _, title, page in reading.outline()] == headings
    assert [page for _, page in headings] == [1, 2, 3, 4, 6]


def test_running_heads_are_no_content(briefing):
    _, reading, language = briefing
    heads = {"zh_Hans": "市场简报　2026年3月邻里便利店", "en": "Market briefing　March 2026Neighbour Store"}
    head = heads[language]
    assert head not in reading.text
    assert reading.pages[0].artifact == ""
    for number, page in enumerate(reading.pages[1:], start=2):
        assert head in page.artifact
        assert f"{number} / 6" in page.artifact


def test_every_piece_of_content_hangs_in_the_structure(briefing):
    _, reading, _ = briefing
    assert sorted("".join("".join(page.marks.values()) for page in reading.pages)) == sorted(reading.text)


def test_head_cells_rule_their_column_or_row_and_come_again_on_the_next_page(briefing):
    _, reading, _ = briefing
    assert {str(cell.node.A.Scope) for cell in reading.elements("TH")} == {"/Column", "/Row"}
    heads = [element for element in reading.elements("THead") if element.page in {3, 4}]
    assert [head.page for head in heads] == [3, 4]
    assert heads[0].text == heads[1].text
    assert all(str(cell.node.A.Scope) == "/Column" for head in heads for cell in head.walk() if cell.kind == "TH")


def test_charts_tell_their_finding_to_who_cannot_see_them(briefing):
    _, reading, language = briefing
    alternatives = [str(figure.node.Alt) for figure in reading.elements("Figure")]
    assert {"zh_Hans": "断货越来越多", "en": "Ever more days without stock"}[language] in alternatives
    assert len(alternatives) == 9 and all(alternatives)


def test_sum_of_a_table_stands_once_at_its_end(briefing):
    _, reading, language = briefing
    assert reading.text.count({"zh_Hans": "合计", "en": "16 cases"}[language]) == 1


def test_footnote_stands_on_the_page_of_its_claim(briefing):
    _, reading, language = briefing
    claim, note = {"zh_Hans": ("周五到周日", "业务员 6 次到店记录"), "en": ("Friday to Sunday", "Six visits")}[language]
    texts = ["".join(page.marks.values()) for page in reading.pages]
    assert [number for number, text in enumerate(texts) if note in text] == [3]
    assert claim in texts[3]


def test_no_text_leaves_its_page(briefing):
    _, reading, _ = briefing
    assert all(page.runs for page in reading.pages)
    assert reading.outside() == []


def test_numbers_behind_the_charts_are_attached(briefing):
    _, reading, _ = briefing
    attachment = reading.pdf.attachments["figure-1.csv"]
    assert attachment.get_file().read_bytes() == numbers().content
    assert attachment.description == "Figures behind figure 1"
    assert attachment.get_file().mime_type == "text/csv"


def test_briefing_fits_a_smaller_sheet(renderer):
    result = renderer.render(document(sample("zh_Hans", "a5"), stylesheet=STYLE))
    reading = PdfReading(result.pdf)
    boxes = {tuple(round(float(n) / 72 * 25.4) for n in page.MediaBox[2:]) for page in reading.pdf.pages}
    assert boxes == {(148, 210)}
    assert reading.outside() == []


def texts_by_page(result) -> list[str]:
    return ["".join(page.marks.values()) for page in PdfReading(result.pdf).pages]


NOTE = '<span class="bf-note">note{0}. {1}</span>'
NOTED = {
    "long notes": "".join(
        f"<p>claim{n}.{NOTE.format(n, 'words ' * (40 + n % 7 * 24))} {'text ' * 30}" for n in range(100, 150)
    ),
    "many in a paragraph": "".join(
        "<p>" + "".join(f"claim{n}{k}.{NOTE.format(f'{n}{k}', 'x')} {'text ' * 20}" for k in range(9))
        for n in range(10, 25)
    ),
}


@pytest.mark.parametrize("html", NOTED.values(), ids=NOTED.keys())
def test_every_footnote_stands_on_the_page_of_its_claim(renderer, html):
    texts = texts_by_page(renderer.render(document(f'<body class="bf">{html}', stylesheet=STYLE)))
    claims = re.findall(r"claim(\d+)", html)
    assert len(texts) > 4 and len(claims) >= 50
    for number in claims:
        pages = [[page for page, text in enumerate(texts) if f"{word}{number}." in text] for word in ("claim", "note")]
        assert len(pages[0]) == 1 and pages[0] == pages[1], number


def test_no_heading_is_left_behind_at_the_foot_of_a_page(renderer):
    lines = "line<br>" * 5
    parts = "".join(f"<h2>heading{n}.</h2><p>{lines[: n % 6 * 8]}body{n}.</p>" for n in range(100, 200))
    texts = texts_by_page(renderer.render(document(f'<body class="bf">{parts}', stylesheet=STYLE)))
    assert len(texts) > 5
    for text in texts:
        last = text.rindex("heading")
        assert text[last:].split(".", 1)[1].startswith(("line", "body"))


@pytest.mark.parametrize("lead_mm", range(180, 230, 4))
def test_no_row_of_a_table_stands_alone_on_a_page(renderer, lead_mm):
    rows = "".join(f"<tr><th scope=row>row.<td>{number}" for number in range(8))
    table = f'<table class="bf-table"><thead><tr><th scope=col>Product<th scope=col>Cases</thead>{rows}</table>'
    html = f'<body class="bf"><div style="height: {lead_mm}mm">lead</div>{table}'
    texts = texts_by_page(renderer.render(document(html, stylesheet=STYLE)))
    assert sum(text.count("row.") for text in texts) == 8
    assert all(text.count("row.") != 1 for text in texts)


def test_long_table_has_its_head_on_each_page_and_its_sum_only_at_the_end(renderer):
    rows = "".join(f"<tr><th scope=row>row {number}<td>1" for number in range(90))
    head, foot = "<thead><tr><th scope=col>Product<th scope=col>Cases", "<tfoot><tr><th scope=row>Sum<td>90"
    html = f'<body class="bf"><table class="bf-table"><caption>Long</caption>{head}<tbody>{rows}{foot}</table>'
    result = renderer.render(document(html, stylesheet=STYLE))
    texts = texts_by_page(result)
    assert result.pages >= 3
    assert all("Product" in text for text in texts)
    assert [number for number, text in enumerate(texts) if "Sum" in text] == [result.pages - 1]


def test_same_document_gives_the_same_bytes(renderer, briefing):
    first, _, language = briefing
    again = document(sample(language), language=language, stylesheet=STYLE, attachments=(numbers(),))
    assert renderer.render(again).pdf == first.pdf


def test_date_of_a_document_is_that_of_its_issue(renderer):
    reading = PdfReading(renderer.render(document()).pdf)
    assert str(reading.pdf.docinfo["/CreationDate"]) == "D:20260305080000Z"


def test_archive_copy_says_that_it_is_one(renderer):
    result = renderer.render(document("<h1>档案</h1>", archive=True, attachments=(PdfAttachment("a.csv", b"1,2\n"),)))
    reading = PdfReading(result.pdf)
    with reading.pdf.open_metadata() as metadata:
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"], metadata["pdfuaid:part"]) == ("3", "U", "1")
    assert reading.elements("H1")
    assert str(reading.pdf.Root.AF[0].AFRelationship) == "/Data"
    assert str(reading.pdf.Root.OutputIntents[0].S) == "/GTS_PDFA1"


# Characters


def test_rare_character_comes_from_the_full_face_and_the_rest_from_the_small_one(renderer):
    style = 'body { font-family: "Noto Sans SC", "Noto Sans SC Full" }'
    plain = renderer.render(document("<p>名字", stylesheet=style))
    rare = renderer.render(document("<p>名字𬭎喆", stylesheet=style))
    assert rare.missing_characters == ()
    assert PdfReading(plain.pdf).families() == ["Noto-Sans-SC"]
    assert PdfReading(rare.pdf).families() == ["Noto-Sans-SC", "Noto-Sans-SC-Full"]
    assert PdfReading(rare.pdf).text == "名字𬭎喆"


def test_character_that_no_font_has_is_reported_and_breaks_nothing(renderer):
    result = renderer.render(document("<p>好😀שלום 吃"))
    assert set("😀שלום") == set(result.missing_characters)
    assert "好" in PdfReading(result.pdf).text and "吃" in PdfReading(result.pdf).text


def test_control_characters_and_halves_of_characters_break_nothing(renderer):
    result = renderer.render(document("<p>a\x00b\ud800c\x0bd", title="t\ud800\x00\x07i"))
    reading = PdfReading(result.pdf)
    assert str(reading.pdf.docinfo["/Title"]) == "ti"
    assert reading.text


# Any content

words = st.text(alphabet=st.sampled_from("饮料断货 abcdeW<&\"'>😀喆م\n"), max_size=120).map(str.strip)
blocks = st.one_of(
    words.map(lambda text: ("p", text)),
    words.map(lambda text: ("h2", text)),
    st.tuples(st.just("table"), st.lists(words.map(lambda text: text[:30]), min_size=1, max_size=40)),
    words.map(lambda text: ("note", text)),
)


def html_of(title: str, content: list) -> str:
    parts = []
    for kind, value in content:
        if kind == "table":
            rows = "".join(f"<tr><th scope=row>{escape(cell)}</th><td>1</td></tr>" for cell in value)
            parts.append(f"<table class=bf-table><thead><tr><th scope=col>a<th scope=col>b</thead>{rows}</table>")
        elif kind == "note":
            parts.append(f"<p>claim<span class=bf-note>{escape(value)}</span></p>")
        else:
            parts.append(f"<{kind}>{escape(value)}</{kind}>")
    return f'<body class="bf"><section class="bf-section"><h1>{escape(title)}</h1>{"".join(parts)}</section>'


def test_line_breaks_and_blanks_in_a_footnote_are_one_blank(renderer):
    note = "<p>claim<span class=bf-note>left \n right</span></p>"
    result = renderer.render(
        document(f'<body class="bf"><section class="bf-section"><h1>x</h1>{note}</section>', stylesheet=STYLE)
    )
    assert "left right" in PdfReading(result.pdf).text


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=words, content=st.lists(blocks, max_size=25))
def test_any_content_is_laid_out_inside_the_page_without_orphaned_headings(renderer, title, content):
    result = renderer.render(document(html_of(title, content), stylesheet=STYLE))
    reading = PdfReading(result.pdf)
    assert reading.pdf.check_pdf_syntax() == []
    assert reading.outside() == []
    kinds = {"H1", "H2", "P", "TR"}
    leaves = [element for element in reading.root.walk() if element.kind in kinds and element.text.strip()]
    for heading, follower in pairwise(leaves):
        if heading.kind in {"H1", "H2"}:
            assert heading.page == follower.page
