"""A long table, each spelling read once: the same values and the same errors as cell by cell."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import numpy as np
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from portal.files import coded, spreadsheets
from portal.files.cells import as_int, as_text
from portal.files.exports import Sheet, write_xlsx
from portal.files.spreadsheets import peek_table, read_coded, read_table
from portal.files.tables import Column, TableBroken
from tests.portal.bare import bare_app

__all__ = ["bare_app"]

COLUMNS = (Column("code", ("编码", "code")), Column("units", ("数量", "units")), Column("note", ("备注",), False))
CELLS = st.one_of(
    st.sampled_from(["", " ", "12", "12.0", "1,200", "¥3", "-4", "１２", "x", "'=1", "2.5", "a\nb", '"', "，"]),
    st.text(max_size=4).filter(lambda text: "\x00" not in text and text.isprintable()),
)


@pytest.fixture(autouse=True)
def context(bare_app: Flask) -> Any:
    with bare_app.test_request_context():
        yield


def written(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([["编码", "数量", "备注"], *rows])
    return out.getvalue().encode("utf-8-sig")


def coded_of(data: bytes, most: int = 1000) -> coded.CodedTable:
    return read_coded(data, COLUMNS, max_rows=most, max_sheet_rows=most)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS).map(list), min_size=1, max_size=12))
def test_it_says_what_cell_by_cell_says(rows: list[list[str]]) -> None:
    data = written(rows)
    records = read_table(data).records(COLUMNS)
    slowly = [(row.text("code"), row.integer("units")) for row in records]
    table = coded_of(data)
    codes, units = table.read("code", as_text), table.read("units", as_int)
    quickly = [(codes.values[code], units.values[unit]) for code, unit in zip(codes.codes, units.codes, strict=True)]
    assert quickly == slowly
    assert table.first_errors() == records.errors
    assert table.error_count == len(records.errors)


def test_a_million_rows_are_read_by_a_handful_of_spellings() -> None:
    asked = []
    table = coded_of(written([["T", str(row % 3), ""] for row in range(900)]))
    found = table.read("units", lambda cell: asked.append(cell) or as_int(cell))
    assert sorted(asked) == ["0", "1", "2"]
    assert found.take(int).tolist() == [0, 1, 2] * 300


def test_of_a_workbook_it_keeps_the_types() -> None:
    data = write_xlsx([Sheet("Sales", ["编码", "数量"], [["1", 1], [1, 1], [True, 2.0]])])
    table = coded_of(data)
    assert table.read("code", as_text).values == ["1", "1", "TRUE"]
    assert table.read("units", as_int).take(int).tolist() == [1, 1, 2]


def test_the_importer_s_own_refusal_quotes_the_cell_and_names_the_row() -> None:
    table = coded_of(written([["T", "5", ""], ["T", "500", ""], ["", "", ""], ["T", "700", ""]]))
    units = table.read("units", as_int).take(int)
    table.refuse("units", units > 100, "This is more than a store can sell in a day.")
    assert [str(error) for error in table.first_errors()] == [
        "Row 3, 数量: “500”: This is more than a store can sell in a day.",
        "Row 5, 数量: “700”: This is more than a store can sell in a day.",
    ]


def test_errors_without_end_are_counted_and_the_first_thousand_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coded, "MOST_ERRORS", 10)
    table = coded_of(written([["T", "x", ""]] * 25))
    table.read("units", as_int)
    assert (table.error_count, [error.row for error in table.first_errors()]) == (25, list(range(2, 12)))


def test_a_column_that_is_not_there_is_empty() -> None:
    table = coded_of("编码,数量\nT,1\nT,2\n".encode())
    assert table.read("note", as_text, required=False).take(len, -1).tolist() == [-1, -1]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "nothing in this file"),
        ("编码\nT\n".encode(), "missing"),
        ("编码,数量\nT,1,extra\n".encode(), "no heading"),
        ('编码,数量\n"T,1\n'.encode(), "quotation mark"),
        ("编码,数量\n".encode() + b"T,1\n" * 21, "limit is 20"),
        ("编码,数量\n".encode("gb18030") + b"T,1\n" * 15 + b"\xff,1\n", "cannot be read"),
    ],
)
def test_what_is_no_such_table_says_why(data: bytes, words: str) -> None:
    table = None
    try:
        table = coded_of(data, most=20)
        told = " ".join(str(error) for error in table.first_errors())
    except TableBroken as error:
        told = str(error)
    assert words in told


def test_a_number_for_each_row_where_nothing_is_read() -> None:
    none = coded.Spellings(np.zeros(0, np.int32), [])
    assert none.take(int).tolist() == []


def test_one_line_of_countless_cells_is_refused_before_it_is_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "MOST_A_LINE", 50)
    data = "编码,数量\n".encode() + b"," * 51 + b"\n"
    with pytest.raises(TableBroken, match="cells"):
        coded_of(data)
    assert peek_table(data) == ((), [])


def test_of_a_workbook_that_is_looked_at_only_the_first_rows_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    run = spreadsheets.run_limited
    monkeypatch.setattr(
        spreadsheets, "run_limited", lambda *args, **told: asked.append(run(*args, **told)) or asked[-1]
    )
    data = write_xlsx([Sheet("Sales", ["编码", "数量"], [["T", row] for row in range(500)])])
    head, rows = peek_table(data)
    assert (head, rows[:2]) == (("编码", "数量"), [("T", 0), ("T", 1)])
    assert len(json.loads(asked[0].body)) == spreadsheets.PEEKED


def test_what_is_no_table_has_nothing_to_look_at() -> None:
    assert peek_table(b"%PDF-1.4") == ((), [])
