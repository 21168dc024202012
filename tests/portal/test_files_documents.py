"""Uploaded documents: PDF without what runs or hides in it, Office files that do not unfold without end."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from portal.errors import RuleBroken
from portal.files.exports import Sheet, write_xlsx
from portal.files.limits import CSV, DOCX, PDF, PPTX, XLSX, Limits
from portal.files.models import StoredFile
from portal.files.services import CheckedUpload, check_upload, removed_text
from tests.portal.file_samples import (
    locked_office_file,
    old_excel_file,
    pdf,
    pdf_bomb,
    photo,
    saved,
    workbook,
    zip_that_lies,
)


def taken(data: bytes, name: str = "paper.pdf", **options: object) -> CheckedUpload:
    return check_upload(data, name, **options)  # type: ignore[arg-type]


def refusal(data: bytes, name: str = "paper.pdf", **options: object) -> str:
    with pytest.raises(RuleBroken) as refused:
        taken(data, name, **options)
    return str(refused.value.message)


# PDF


def test_a_plain_pdf_is_kept_byte_by_byte() -> None:
    data = saved(pdf(pages=3))
    upload = taken(data)
    assert upload.data == data
    assert (upload.media_type, upload.pages, upload.removed) == (PDF, 3, ())


def _script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def _open_script(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = _script()


def _named_script(document: pikepdf.Pdf) -> None:
    names = Array([String("a"), document.make_indirect(_script())])
    document.Root.Names = Dictionary(JavaScript=Dictionary(Names=names))


def _script_of_a_page(document: pikepdf.Pdf) -> None:
    document.pages[0].AA = Dictionary(O=_script())


def _script_of_a_link(document: pikepdf.Pdf) -> None:
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=_script())
    document.pages[0].Annots = Array([document.make_indirect(link)])


def _script_after_a_jump(document: pikepdf.Pdf) -> None:
    jump = Dictionary(S=Name.GoTo, D=Array([0]), Next=Array([_script()]))
    document.Root.OpenAction = document.make_indirect(jump)


def _script_in_an_address(document: pikepdf.Pdf) -> None:
    action = Dictionary(S=Name.URI, URI=String(" JavaScript:alert(1)"))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=action)
    document.pages[0].Annots = Array([link])


@pytest.mark.parametrize(
    "hide",
    [_open_script, _named_script, _script_of_a_page, _script_of_a_link, _script_after_a_jump, _script_in_an_address],
)
@pytest.mark.parametrize("packed", [False, True])
def test_scripts_are_taken_out_wherever_they_hide(hide: Callable[[pikepdf.Pdf], None], packed: bool) -> None:
    document = pdf()
    hide(document)
    streams = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
    upload = taken(saved(document, object_stream_mode=streams))
    assert "script" in upload.removed
    plain = io.BytesIO()
    with pikepdf.open(io.BytesIO(upload.data)) as kept:
        assert len(kept.pages) == 1
        kept.save(plain, object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=False)
    for trace in (b"app.alert", b"/JavaScript", b"JavaScript:", b"/JS", b"/AA"):
        assert trace not in plain.getvalue()


def test_a_command_that_starts_a_program_is_taken_out() -> None:
    document = pdf()
    document.Root.OpenAction = Dictionary(S=Name.Launch, F=String("cmd.exe"), Win=Dictionary(F=String("calc.exe")))
    upload = taken(saved(document))
    assert upload.removed == ("program",)
    assert b".exe" not in upload.data


def test_embedded_files_are_taken_out() -> None:
    document = pdf()
    document.attachments["evil.exe"] = b"MZ evil"
    upload = taken(saved(document))
    assert upload.removed == ("attachment",)
    with pikepdf.open(io.BytesIO(upload.data)) as kept:
        assert len(kept.attachments) == 0
    assert b"MZ evil" not in upload.data


def test_ordinary_links_and_bookmarks_stay() -> None:
    document = pdf(pages=2)
    action = Dictionary(S=Name.URI, URI=String("https://storewise.example/"))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=action)
    document.pages[0].Annots = Array([document.make_indirect(link)])
    document.Root.OpenAction = Array([document.pages[1].obj, Name.Fit])
    data = saved(document)
    assert taken(data).data == data


def test_a_person_is_told_what_was_removed() -> None:
    assert removed_text(StoredFile(name="paper.pdf", removed=["script", "attachment"])) == (
        "For safety, this was removed from “paper.pdf”: scripts, embedded files."
    )
    assert removed_text(StoredFile(name="paper.pdf", removed=[])) == ""


def test_a_locked_pdf_is_refused_as_locked() -> None:
    assert "password" in refusal(saved(pdf(), encryption=pikepdf.Encryption(owner="a", user="b")))


def test_a_pdf_that_only_forbids_printing_can_be_opened() -> None:
    upload = taken(saved(pdf(), encryption=pikepdf.Encryption(owner="a", user="")))
    with pikepdf.open(io.BytesIO(upload.data)) as kept:
        assert not kept.is_encrypted


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"%PDF-1.7\n" + bytes(range(256)) * 20])
def test_a_broken_pdf_is_refused(data: bytes) -> None:
    assert "broken" in refusal(data) or "no pages" in refusal(data)


def test_a_damaged_pdf_that_can_be_opened_is_stored_as_it_was_understood() -> None:
    data = saved(pdf(), object_stream_mode=pikepdf.ObjectStreamMode.disable)
    damaged = data.replace(b"startxref", b"startxxxx") + b"<script>alert(1)</script>"
    upload = taken(damaged)
    assert upload.data != damaged
    assert b"<script>" not in upload.data


def test_too_many_pages_names_both_numbers() -> None:
    assert refusal(saved(pdf(pages=4)), limits=Limits(max_pages=3)) == "This PDF has 4 pages. The limit is 3."


@pytest.mark.slow
def test_a_pdf_that_unfolds_to_more_than_the_memory_is_refused() -> None:
    bomb = pdf_bomb(unfolded_megabytes=2000)
    assert len(bomb) < 3_000_000
    assert "unfolds" in refusal(bomb)


# Office


def test_spreadsheets_and_csv_are_told_by_content() -> None:
    book = write_xlsx([Sheet("a", ["b"], [["c"]])])
    assert (taken(book, "x.csv").media_type, taken(book, "x.csv").name) == (XLSX, "x.xlsx")
    assert (taken(b"a,b\n1,2\n", "x.xlsx").media_type, taken(b"a,b\n1,2\n", "x.xlsx").name) == (CSV, "x.csv")


@pytest.mark.parametrize(("part", "media_type"), [("word/document.xml", DOCX), ("ppt/presentation.xml", PPTX)])
def test_word_and_powerpoint_are_documents(part: str, media_type: str) -> None:
    data = workbook("", more={part: b"<x/>"}).replace(b"xl/workbook.xml", b"xl/workbuch.xml")
    assert taken(data).media_type == media_type
    assert "Expected: a picture" in refusal(data, kinds={"picture"})


@pytest.mark.parametrize("part", ["xl/vbaProject.bin", "word/VBAPROJECT.BIN"])
def test_files_with_macros_are_refused(part: str) -> None:
    assert "macros" in refusal(workbook("", more={part: b"x"}))


def test_a_locked_workbook_is_refused_as_locked() -> None:
    assert "password" in refusal(locked_office_file(), "sales.xlsx")


def test_an_old_workbook_is_refused_with_the_way_out() -> None:
    assert "save it as XLSX" in refusal(old_excel_file(), "sales.xls")


def test_an_archive_that_declares_too_much_is_refused_unopened(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = workbook("", more={"xl/media/zeros.bin": bytes(5_000_000)})
    assert len(bomb) < 20_000
    assert taken(bomb).media_type == XLSX
    monkeypatch.setattr("portal.files.archives._inflated_size", None)  # the declared sizes are enough
    assert "unfolds to more than 4 MB" in refusal(bomb, limits=Limits(max_unfolded_bytes=4 * 1024 * 1024))


@pytest.mark.parametrize("claimed_bytes", [10, 0])
def test_an_archive_that_lies_about_its_size_is_measured(claimed_bytes: int) -> None:
    part = "xl/media/zeros.bin"
    bomb = zip_that_lies(workbook("", more={part: bytes(5_000_000)}), part, claimed_bytes)
    assert "unfolds to more than 4 MB" in refusal(bomb, limits=Limits(max_unfolded_bytes=4 * 1024 * 1024))


def test_a_bomb_over_the_usual_limit_is_refused_whatever_it_claims() -> None:
    bomb = workbook("", more={"xl/worksheets/sheet2.xml": b" " * 250_000_000})
    assert len(bomb) < 300_000
    assert "unfolds" in refusal(bomb)
    assert "unfolds" in refusal(zip_that_lies(bomb, "xl/worksheets/sheet2.xml", 100))


def test_an_archive_with_a_part_outside_of_the_file_is_broken() -> None:
    data = workbook("<row/>")
    assert "broken" in refusal(data.replace(b"PK\x03\x04", b"PK\x03\x05").replace(b"PK\x03\x05", b"PK\x03\x04", 1))


def test_pictures_pass_where_any_kind_is_welcome() -> None:
    assert taken(photo(), "a.pdf").name == "a.jpg"
