"""Blocks of sales that were written before they said how wide their counts are."""

import zlib
from datetime import date
from importlib import import_module

import numpy as np
import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine, text

from plugins.trade.methods.blocks import empty, pack, unpack
from tests.plugins.trade.blocks_kit import with_days

MARCH = date(2026, 3, 1)
migration = import_module("plugins.trade.migrations.0002_what_stores_order")


@pytest.fixture
def months():
    """A table of months in the state before, with its connection inside of a migration."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE trade_sales_month (id INTEGER PRIMARY KEY, block BLOB)"))
        with Operations.context(MigrationContext.configure(connection)):
            yield connection
    engine.dispose()


def as_before(product, day, units):
    """A block of one product as the first release wrote it: four bytes for each number, and nothing before them."""
    days = np.zeros(31, "<i4")
    days[day - 1] = units
    return zlib.compress(np.asarray([1, product], "<i4").tobytes() + days.tobytes(), 3)


def test_old_blocks_can_be_read_after_it_and_new_ones_before_it(months):
    for id, (product, units) in enumerate(((7, 5), (2**31 - 1, -3), (9, 70_000)), 1):
        block = as_before(product, 31, units)
        months.execute(text("INSERT INTO trade_sales_month VALUES (:id, :block)"), {"id": id, "block": block})
    before = months.execute(text("SELECT block FROM trade_sales_month ORDER BY id")).scalars().all()
    migration._repack(lambda raw: b"\x04" + raw)
    read = [unpack(MARCH, block) for block in months.execute(text("SELECT block FROM trade_sales_month")).scalars()]
    assert [(int(block.product_ids[0]), int(block.units[0, 30])) for block in read] == [
        (7, 5),
        (2**31 - 1, -3),
        (9, 70_000),
    ]
    migration._repack(migration._four_bytes_wide)
    after = months.execute(text("SELECT block FROM trade_sales_month ORDER BY id")).scalars().all()
    assert [zlib.decompress(block) for block in after] == [zlib.decompress(block) for block in before]


@pytest.mark.parametrize("units", [5, 300, 70_000])
def test_blocks_of_each_width_go_back(months, units):
    block = pack(with_days(empty(MARCH), {(7, 31): units}))
    months.execute(text("INSERT INTO trade_sales_month VALUES (1, :block)"), {"block": block})
    migration._repack(migration._four_bytes_wide)
    back = months.execute(text("SELECT block FROM trade_sales_month")).scalar()
    assert zlib.decompress(back) == zlib.decompress(as_before(7, 31, units))
