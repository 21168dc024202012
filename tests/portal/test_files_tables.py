"""Tables in files: read with row and column of each error, written so that no text becomes a formula."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from portal.files.cells import CellRefused, as_bool, as_choice, as_date, as_decimal, as_int, as_text, shown
from portal.files.exports import Sheet, write_csv, write_xlsx
from portal.files.services import store_upload
from portal.files.spreadsheets import read_table
from portal.files.tables import CellError, Column, Records, TableBroken, TableData
from portal.tenancy import acting_for
from tests.portal.bare import OURS, bare_app
from tests.portal.file_samples import locked_office_file, old_excel_file, photo, workbook, zip_that_lies

__all__ = ["bare_app"]

COLUMNS = (
    Column("code", ("商品编码", "Code")),
    Column("price", ("单价（元）", "Price")),
    Column("day", ("日期", "Day"), required=False),
)


def errors_of(data: bytes, **options: object) -> list[CellError]:
    with pytest.raises(TableBroken) as refused:
        read_table(data, **options)  # type: ignore[arg-type]
    return list(refused.value.errors)


def cell(reference: str, value: str, kind: str = "") -> str:
    return f'<c r="{reference}"{kind}><v>{value}</v></c>'


# CSV


def test_a_csv_of_chinese_excel_with_yuan_and_thousands() -> None:
    text = '商品编码,单价（元）,日期\r\n6901234567890,"¥1,234.50",2026年3月1日\r\n6909876543210,￥88,2026/3/2\r\n'
    records = read_table(text.encode("gb18030")).records(COLUMNS)
    found = [(row.text("code"), row.decimal("price"), row.day("day")) for row in records]
    assert found == [
        ("6901234567890", Decimal("1234.50"), date(2026, 3, 1)),
        ("6909876543210", Decimal(88), date(2026, 3, 2)),
    ]
    assert records.errors == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk"])
def test_every_usual_encoding_is_found_out(encoding: str) -> None:
    table = read_table("门店,数量\n城南路店,3\nabc,4\n".encode(encoding))
    assert table.head == ("门店", "数量")
    assert table.rows == (("城南路店", "3"), ("abc", "4"))


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_out(sign: str) -> None:
    lines = ["a b", "1,5 2", "3,5 4"] if sign == ";" else ["a b", "1 2", "3 4"]
    table = read_table("\n".join(line.replace(" ", sign) for line in lines).encode())
    assert table.head == ("a", "b")
    assert len(table.rows) == 2


def test_the_delimiter_that_excel_declares_is_taken() -> None:
    table = read_table(b"sep=;\r\na;b\r\n1;2\r\n")
    assert (table.head, table.rows, table.numbers) == (("a", "b"), (("1", "2"),), (3,))


def test_rows_keep_the_numbers_that_a_spreadsheet_shows() -> None:
    table = read_table(b'\na,b\n1,2\n\n3,"x\ny"\n4,5\n')
    assert table.head_number == 2
    assert table.numbers == (3, 5, 7)


def test_short_rows_are_filled_and_empty_ends_forgotten() -> None:
    assert read_table(b"a,b,c,,\n1\n1,2,3,,\n").rows == (("1", None, None), ("1", "2", "3"))


def test_a_cell_without_a_heading_is_named_by_row_and_letter() -> None:
    assert errors_of(b"a,b\n1,2\n1,2,,4\n") == [CellError(3, "D", "“4”: There is no heading over this cell.")]


def test_a_missing_quotation_mark_is_named_by_row() -> None:
    (error,) = errors_of(b'a,b\n1,2\n3,"4\n5,6\n')
    assert error.row == 3
    assert "quotation mark" in error.text


def test_characters_of_no_encoding_are_named_by_row() -> None:
    data = ("门店,数量\n" + "城南路店,3\n" * 40).encode() + b"\xff,4\n"
    (error,) = errors_of(data)
    assert error.row == 42
    assert "CSV UTF-8" in error.text


@pytest.mark.parametrize("data", [b"", b"\n\n", b",,\n,,\n", "\ufeff".encode()])
def test_an_empty_table_is_said_to_be_empty(data: bytes) -> None:
    (error,) = errors_of(data)
    assert "nothing in this file" in error.text or "empty" in error.text


def test_too_many_rows_or_cells_name_the_limit() -> None:
    assert errors_of(b"a\n" + b"1\n" * 5, max_rows=3)[0].text == (
        "There are 5 rows. The limit is 3; please split the file."
    )
    assert "than 8 cells" in errors_of(b"a,b,c\n" * 3, max_cells=8)[0].text
    assert len(read_table(b"a\n" + b"1\n" * 3, max_rows=3).rows) == 3


def test_a_row_of_countless_cells_is_refused_before_it_is_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.files.spreadsheets.csv.reader", lambda *_args, **_options: pytest.fail("was read"))
    monkeypatch.setattr("portal.files.spreadsheets._delimiter", lambda _text: ",")
    assert "than 8 cells" in errors_of(b"," * 17, max_cells=8)[0].text


def test_commas_inside_of_quoted_texts_are_no_cells() -> None:
    assert read_table(b'a,b\n"1,2,3,4","5,6"\n', max_cells=4).rows == (("1,2,3,4", "5,6"),)


def test_the_spelling_of_a_column_is_not_worked_out_anew_for_each_heading(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("portal.files.tables._folded", lambda title: asked.append(title) or title)
    table = TableData(tuple(f"h{at}" for at in range(1000)), (), "", ())
    assert table.records([Column("code", ("Code", "商品编码"), required=False)]).places == {}
    assert len(asked) == 1000 + 2


def test_too_many_cells_of_a_workbook_name_the_limit() -> None:
    book = write_xlsx([Sheet("a", ["1", "2", "3"], [[1, 2, 3]] * 2)])
    assert "than 8 cells" in errors_of(book, max_cells=8)[0].text
    assert len(read_table(book, max_cells=9).rows) == 2


# XLSX


def test_a_workbook_keeps_its_types(bare_app: Flask) -> None:
    rows = [
        ["可乐", 3, Decimal("1234.5"), date(2026, 3, 1), True, None],
        ["6901234567890", 1.25, 0, datetime(2026, 3, 1, 4, 30, tzinfo=UTC), False, ""],
    ]
    table = read_table(write_xlsx([Sheet("销量", ["a", "b", "c", "d", "e", "f"], rows)]))
    assert table.sheet == "销量"
    assert table.rows == (
        ("可乐", 3, 1234.5, date(2026, 3, 1), True, None),
        ("6901234567890", 1.25, 0, datetime(2026, 3, 1, 4, 30), False, None),  # noqa: DTZ001
    )


def test_times_are_written_as_the_reader_lives_them(bare_app: Flask) -> None:
    bare_app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Shanghai"
    bare_app.extensions["babel"].default_timezone = "Asia/Shanghai"
    moment = datetime(2026, 3, 1, 20, 30, tzinfo=UTC)
    with bare_app.test_request_context():
        table = read_table(write_xlsx([Sheet("a", ["at"], [[moment]])]))
        text = write_csv([[moment]]).decode("utf-8-sig")
    assert table.rows[0][0] == datetime(2026, 3, 2, 4, 30)  # noqa: DTZ001
    assert text == "2026-03-02 04:30\r\n"


def test_rows_and_columns_are_counted_where_the_table_stands_in_the_sheet() -> None:
    head = '<row r="4">' + cell("C4", "7") + cell("D4", "8") + "</row>"
    table = read_table(workbook(head + '<row r="6">' + cell("D6", "1") + "</row>"))
    assert (table.head_number, table.numbers) == (4, (6,))
    (error,) = errors_of(workbook(head + '<row r="6">' + cell("C6", "1") + cell("E6", "2") + "</row>"))
    assert (error.row, error.column) == (6, "E")


def test_the_first_visible_sheet_with_content_is_read_unless_another_is_named() -> None:
    book = write_xlsx([Sheet("Empty", [], []), Sheet("One", ["a"], [["1"]]), Sheet("Two", ["b"], [["2"]])])
    assert read_table(book).head == ("a",)
    assert read_table(book, sheet="Two").head == ("b",)
    assert errors_of(book, sheet="Three")[0].text == "There is no sheet “Three”. There are: Empty, One, Two."


def test_a_stored_file_can_be_read(bare_app: Flask) -> None:
    with acting_for(OURS):
        stored = store_upload(b"a,b\n1,2\n", "x.csv")
        assert read_table(stored).rows == (("1", "2"),)


def test_a_sheet_that_claims_seventeen_thousand_million_cells_is_refused() -> None:
    data = workbook(f'<row r="1">{cell("A1", "1")}</row><row r="1048576">{cell("XFD1048576", "1")}</row>')
    assert len(data) < 3000
    assert "cells" in errors_of(data)[0].text


def test_a_stray_cell_far_below_names_the_rows() -> None:
    data = workbook(f'<row r="1">{cell("A1", "1")}</row><row r="90000">{cell("A90000", "1")}</row>')
    assert "89999 rows" in errors_of(data)[0].text


def test_a_long_text_that_is_repeated_without_end_is_refused() -> None:
    rows = "".join(f'<row r="{n}">{cell(f"A{n}", "0", """ t="s" """)}</row>' for n in range(1, 45_000))
    data = workbook(rows, f"<si><t>{'x' * 32_000}</t></si>")
    assert len(data) < 400_000
    assert "cells" in errors_of(data)[0].text


def test_a_bomb_is_refused_before_anything_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.files.spreadsheets.run_limited", None)
    bomb = workbook("", more={"xl/worksheets/sheet2.xml": b" " * 210_000_000})
    for data in (bomb, zip_that_lies(bomb, "xl/worksheets/sheet2.xml", 100)):
        with pytest.raises(Exception, match="unfolds to more than 200 MB"):
            read_table(data)


def test_entities_that_multiply_do_not() -> None:
    bomb = workbook("")
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(bomb)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith("sheet1.xml"):
                laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
                content = f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>'.encode() + content.replace(
                    b"<sheetData>", b'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&l9;</t></is></c></row>'
                )
            new.writestr(name, content)
    assert "broken" in errors_of(out.getvalue())[0].text


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (photo(), "JPEG"),
        (b"<html><table><tr><td>1", "web page"),
        (old_excel_file(), "save it as XLSX"),
        (locked_office_file(), "password"),
        (workbook("<row><c r="), "broken"),
        (workbook("", more={"xl/vbaProject.bin": b"x"}), "macros"),
    ],
)
def test_what_is_no_table_is_named(data: bytes, what: str) -> None:
    assert what in errors_of(data)[0].text


# Columns and cells


def read(text: str) -> Records:
    return read_table(text.encode()).records(COLUMNS)


@pytest.mark.parametrize(
    "head", ["Code,Price", "code , PRICE", "商品编码,单价（元）", "price,code", "x,商品编码,Price,y"]
)
def test_columns_are_found_under_any_of_their_headings(head: str) -> None:
    names = head.lower().replace(" ", "").replace("商品编码", "code").replace("单价（元）", "price").split(",")
    row = ",".join({"code": "C1", "price": "2"}.get(name, "-") for name in names)
    (record,) = read(f"{head}\n{row}\n")
    assert (record.text("code"), record.decimal("price"), record["day"]) == ("C1", Decimal(2), None)


def test_missing_and_doubled_columns_are_named() -> None:
    with pytest.raises(TableBroken) as refused:
        read("日期,日期\n2026-01-01,2026-01-01\n")
    assert refused.value.errors == (
        CellError(1, "商品编码", "This column is missing."),
        CellError(1, "单价（元）", "This column is missing."),
        CellError(1, "日期", "This column is there twice."),
    )


def test_every_wrong_cell_is_noted_and_reading_goes_on() -> None:
    records = read("Code,Price,Day\n,abc,2026-02-30\nC2,-1,\nC3,5,2026-01-02\n")
    found = [(row.text("code"), row.decimal("price", minimum=0), row.day("day", required=False)) for row in records]
    assert found[2] == ("C3", Decimal(5), date(2026, 1, 2))
    assert [str(error) for error in records.errors] == [
        "Row 2, Code: This cell must not be empty.",
        "Row 2, Price: “abc” is not a number.",
        "Row 2, Day: There is no such day: “2026-02-30”.",
        "Row 3, Price: “-1”: Must be at least 0.",
    ]


def test_an_importer_can_refuse_a_cell_itself() -> None:
    records = read("Code,Price\nC1,1\n")
    next(iter(records)).refuse("code", "There is no such product.")
    assert records.errors == [CellError(2, "Code", "“C1”: There is no such product.")]


def test_a_refusal_quotes_the_cell_that_it_is_about_and_no_empty_one() -> None:
    row = next(iter(read("Code,Price,Day\nC1,1,\n")))
    row.refuse("day", "Missing.")
    row.refuse("day", "Missing.", because_of="code")
    assert [error.text for error in row.records.errors] == ["Missing.", "“C1”: Missing."]


@pytest.mark.parametrize(
    ("written", "quoted"),
    [
        ("x" * 40, "x" * 40),
        ("x" * 41, "x" * 39 + "…"),
        ("x" * 100_000, "x" * 39 + "…"),
        ("a\r\nb\tc", "a b c"),
        ("\u202etxt.exe\u2066", "txt.exe"),
        ("<b>%(text)s", "<b>%(text)s"),
        (12.0, "12"),
        ("商品-１", "商品-１"),
    ],
)
def test_what_is_quoted_is_one_short_line_that_reads_forwards(written, quoted) -> None:
    assert shown(written) == quoted


def test_a_text_that_is_too_long_is_noted() -> None:
    records = read("Code,Price\nabcdef,1\n")
    assert next(iter(records)).text("code", max_length=5) is None
    assert records.errors[0].text == "“abcdef”: Longer than 5 characters."


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1234.5", "1234.5"), ("1,234.50", "1234.50"), ("¥1,234.50", "1234.50"), ("￥ 88", "88"), ("88元", "88"),
        ("-5", "-5"), ("−5", "-5"), ("+5", "5"), ("(1,234.00)", "-1234.00"), ("-¥5", "-5"), ("¥-5", "-5"),
        ("12.5%", "0.125"),
        ("１２３．４", "123.4"), ("1，234", "1234"), (" 1 234 ", "1234"), (".5", "0.5"), ("1,234,567", "1234567"),
        (3, "3"), (2.5, "2.5"), (0.1, "0.1"), ("CNY 12", "12"),
    ],
)  # fmt: skip
def test_numbers_as_people_write_them(written: str | float, value: str) -> None:
    assert as_decimal(written) == Decimal(value)


@pytest.mark.parametrize(
    "written",
    ["", "abc", "1,5", "12,34", "1.2.3", "--5", "1e5", "NaN", "inf", "¥", "5 箱", True, None, date(2026, 1, 1)],
)
def test_what_is_no_number_is_refused(written: object) -> None:
    with pytest.raises(CellRefused):
        as_decimal(written)  # type: ignore[arg-type]


def test_a_whole_number_has_no_part() -> None:
    assert as_int("3.00") == 3
    with pytest.raises(CellRefused, match="whole"):
        as_int("3.5")


@pytest.mark.parametrize(
    "written",
    ["2026-03-01", "2026/3/1", "2026.3.1", "2026年3月1日", "2026 年 3 月 1 日", "20260301", 20260301, "２０２６-３-１",
     date(2026, 3, 1), datetime(2026, 3, 1, 9, 0), 46082, "2026-03-01 00:00:00"],  # noqa: DTZ001
)  # fmt: skip
def test_days_as_people_write_them(written: object) -> None:
    assert as_date(written) == date(2026, 3, 1)  # type: ignore[arg-type]


@pytest.mark.parametrize("written", ["", "3/1/2026", "2026-13-01", "2026-02-29", "soon", 5, 3.5, True, "2026-03"])
def test_what_is_no_day_is_refused(written: object) -> None:
    with pytest.raises(CellRefused):
        as_date(written)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("written", "value"),
    [("是", True), ("否", False), ("Yes", True), ("n", False), (1, True), (True, True), (None, False)],
)
def test_yes_and_no(written: object, value: bool) -> None:
    assert as_bool(written) is value  # type: ignore[arg-type]


def test_a_choice_names_what_it_knows() -> None:
    assert as_choice(" ka ", {"KA": 1, "A": 2}) == 1
    with pytest.raises(CellRefused, match="“X” is not one of: KA, A"):
        as_choice("X", {"KA": 1, "A": 2})


@pytest.mark.parametrize(
    ("value", "text"),
    [(6901234567890.0, "6901234567890"), (0.1, "0.1"), (None, ""), (" a ", "a"), (1e-7, "0.0000001")],
)
def test_bar_codes_stay_bar_codes(value: object, text: str) -> None:
    assert as_text(value) == text  # type: ignore[arg-type]


# Writing

DANGEROUS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "＋1", "－1", "＠a", "\u3000=1",
    "=cmd|' /C calc'!A0",
]  # fmt: skip


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_csv_holds_no_formula_and_gives_the_text_back(text: str) -> None:
    data = write_csv([["name", "n"], [text, -5]])
    (_, row) = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert row == [f"'{text}", "-5"]
    assert read_table(data).rows[0][0] == text


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_workbook_holds_no_formula_but_the_text_itself(text: str) -> None:
    data = write_xlsx([Sheet("a", [text], [[text]])])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        styles = archive.read("xl/styles.xml").decode()
    assert "<f>" not in sheet
    cells = re.findall(r'<c r="A\d" s="(\d)" t="(\w+)"', sheet)
    assert [kind for _style, kind in cells] == ["inlineStr", "inlineStr"]
    formats = re.findall(r"<xf [^>]*?>", styles.partition("<cellXfs")[2])
    assert all('quotePrefix="1"' in formats[int(style)] for style, _kind in cells)
    found = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert [row[0].strip() for row in found] == [text.strip()] * 2


def test_numbers_stay_numbers() -> None:
    data = write_csv([[-5, Decimal("-1234.5000"), 1.5, True, None, Decimal("1E+3")]])
    assert data.decode("utf-8-sig") == "-5,-1234.5000,1.5,True,,1000\r\n"
    table = CalamineWorkbook.from_filelike(io.BytesIO(write_xlsx([Sheet("a", ["n"], [[-5], [Decimal("-1.5")]])])))
    assert table.get_sheet_by_index(0).to_python() == [["n"], [-5.0], [-1.5]]


@given(st.lists(st.text(max_size=30), min_size=1, max_size=4))
def test_no_text_at_all_begins_as_a_formula_in_a_csv(texts: list[str]) -> None:
    (row,) = csv.reader(io.StringIO(write_csv([texts]).decode("utf-8-sig"), newline=""))
    assert not any(re.match(r"\s*[=+\-@＝＋－＠]", cell) for cell in row)
    assert not any(cell[:1] in "\t\r\n" for cell in row if cell)


def test_links_and_long_numbers_stay_texts() -> None:
    rows = [["https://storewise.example/", 12345678901234567890, float("nan"), "x" * 40_000, "control\x01\x00"]]
    data = write_xlsx([Sheet("a", ["1", "2", "3", "4", "5"], rows)])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert "hyperlink" not in archive.read("xl/worksheets/sheet1.xml").decode()
    row = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()[1]
    assert row[:3] == ["https://storewise.example/", "12345678901234567890", ""]
    assert len(row[3]) == 32_767


def test_sheets_get_names_that_excel_accepts() -> None:
    titles = ["a/b:c*d?[e]", "门店" * 30, "门店" * 30, "", "Same", "SAME"]
    data = write_xlsx([Sheet(title, ["a"], [["b"]]) for title in titles])
    names = CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names
    assert len({name.casefold() for name in names}) == 6
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)


def test_an_export_can_be_imported_again() -> None:
    rows = [["=x", "门店, “南”", Decimal("12.50"), date(2026, 3, 1)], ["b\nc", 'q"q', Decimal(0), date(2026, 3, 2)]]
    for data in (write_csv([["a", "b", "c", "d"], *rows]), write_xlsx([Sheet("a", ["a", "b", "c", "d"], rows)])):
        table: TableData = read_table(data)
        again = [[as_text(a), as_text(b), as_decimal(c), as_date(d)] for a, b, c, d in table.rows]
        assert again == rows
