"""Months of receipts: packed and back, each receipt a whole, a repeat changes nothing."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.trade.methods.receipts import (
    ReceiptMonth,
    compare,
    digest_of,
    empty,
    lines_of,
    pack,
    unpack,
    with_receipts,
)

MAY = date(2026, 5, 1)
LINES = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 5), st.integers(1, 6), st.integers(-3, 9)), max_size=30)


def made(rows):
    day, receipt, product, units = (
        (np.asarray(column, np.int64) for column in zip(*rows, strict=True)) if rows else [np.zeros(0, np.int64)] * 4
    )
    return lines_of(day, receipt, product, units)


def as_dict(lines):
    """{(day, receipt): {product: units}}."""
    found = {}
    for line in lines:
        found.setdefault((int(line["day"]), int(line["receipt"])), {})[int(line["product"])] = int(line["units"])
    return found


def by_hand(rows):
    found = {}
    for day, receipt, product, units in rows:
        goods = found.setdefault((day, receipt), {})
        goods[product] = goods.get(product, 0) + units
    return found


@given(LINES)
def test_lines_of_a_receipt_are_added_up_and_come_back_from_their_bytes(rows):
    lines = made(rows)
    assert as_dict(lines) == by_hand(rows)
    month = ReceiptMonth(MAY, lines)
    assert len(month) == len(by_hand(rows))
    assert np.array_equal(unpack(MAY, pack(month)).lines, lines)


@given(LINES, LINES)
def test_a_receipt_that_comes_again_takes_the_place_of_the_old_one(before, after):
    known = ReceiptMonth(MAY, made(before))
    merged = with_receipts(known, made(after))
    assert as_dict(merged.lines) == by_hand(before) | by_hand(after)
    assert pack(with_receipts(merged, made(after))) == pack(merged)
    old, now = by_hand(before), by_hand(after)
    new = sum(key not in old for key in now)
    same = sum(old.get(key) == goods for key, goods in now.items())
    assert compare(known, made(after)) == (new, len(now) - new - same, same)


def test_numbers_are_told_apart_and_say_nothing():
    numbers = [f"A{number}" for number in range(5_000)]
    assert len({digest_of(number) for number in numbers}) == 5_000
    assert digest_of("A1") == digest_of("A1")


@pytest.mark.parametrize("data", [b"", b"R1", b"R1abc", b"sales", pack(empty(MAY))[:-1]])
def test_what_is_no_block_is_refused(data):
    with pytest.raises(ValueError, match="not a block"):
        unpack(MAY, data)


def test_a_block_belongs_to_its_month():
    block = pack(ReceiptMonth(MAY, made([(30, 1, 1, 1)])))
    with pytest.raises(ValueError, match="another month"):
        unpack(date(2026, 2, 1), block)
    with pytest.raises(ValueError, match="by the month"):
        ReceiptMonth(date(2026, 5, 2), made([]))
