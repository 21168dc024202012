"""Other systems send rows: all of a batch or nothing, and the same batch once."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from plugins.trade import queries
from plugins.trade.importing import undoing
from plugins.trade.importing.models import Upload
from plugins.trade.models import Batch, Product, Stock
from portal import clock
from portal.db import db

TODAY = clock.today("Asia/Shanghai")
DAY = (TODAY - timedelta(days=1)).isoformat()
API = "/api/v1/trade"


@pytest.fixture
def goods(api_as):
    rows = [{"product": "T", "name": "冰红茶", "price": "3.50", "cost": "2.40"}, {"product": "Y", "name": "酸奶"}]
    answer = api_as("manager").post(f"{API}/products/batch", json={"rows": rows})
    assert (answer.status_code, answer.json) == (201, {"rows": 2, "repeated": False})


def test_products_are_added_and_changed(api_as, act_as, goods):
    told = {"rows": [{"product": "T", "name": "冰红茶", "cost": "2.55", "width_cm": "6.6", "own_brand": True}]}
    assert api_as("manager").post(f"{API}/products/batch", json=told).status_code == 201
    with act_as("manager"):
        tea = db.session.scalars(select(Product).where(Product.code == "T")).one()
        assert (tea.price, tea.cost, tea.width_mm, tea.own_brand) == (Decimal("3.50"), Decimal("2.55"), 66, True)
    assert api_as("store_manager").post(f"{API}/products/batch", json=told).status_code == 403


def test_sales_of_many_stores_and_of_the_own_one(api_as, act_as, goods):
    rows = [
        {"store": "0001", "product": "T", "day": DAY, "units": 5},
        {"store": "0002", "product": "T", "day": DAY, "units": -1},
    ]
    assert api_as("manager").post(f"{API}/sales", json={"rows": rows}).json == {"rows": 2, "repeated": False}
    assert api_as("manager").post(f"{API}/sales", json={"rows": rows}).json == {"rows": 2, "repeated": True}
    own = {"rows": [{"product": "Y", "day": DAY, "units": 3}]}
    assert api_as("store_manager").post(f"{API}/sales", json=own).status_code == 201
    with act_as("store_manager") as viewer:
        states = queries.product_states(viewer.store.id, until=TODAY)
        assert {state.product.code: state.sold_28_days for state in states} == {"T": 5, "Y": 3}


def test_stock_with_batches(api_as, act_as, goods):
    ends = (TODAY + timedelta(days=9)).isoformat()
    rows = [
        {"product": "T", "on_hand": 4, "batch": "B1", "expires_on": ends},
        {"product": "T", "on_hand": 6, "on_order": 12, "as_of": DAY},
    ]
    assert api_as("store_manager").post(f"{API}/stock", json={"rows": rows}).status_code == 201
    with act_as("store_manager"):
        stock = db.session.scalars(select(Stock)).one()
        assert (stock.on_hand, stock.on_order) == (10, 12)
        assert db.session.scalars(select(Batch.units)).one() == 4


@pytest.mark.parametrize(
    ("path", "row", "column"),
    [
        ("sales", {"product": "X", "day": DAY, "units": 1}, "product"),
        ("sales", {"product": "T", "day": "2099-01-01", "units": 1}, "day"),
        ("sales", {"product": "T", "day": DAY, "units": 1, "store": "0002"}, "store"),
        ("stock", {"product": "T", "on_hand": 1, "batch": "B1"}, "expires_on"),
    ],
)
def test_with_a_wrong_row_nothing_is_written_and_it_is_named(api_as, act_as, goods, path, row, column):
    right = {"product": "T", "day": DAY, "units": 1} if path == "sales" else {"product": "T", "on_hand": 1}
    answer = api_as("store_manager").post(f"{API}/{path}", json={"rows": [right, row]})
    assert answer.status_code == 422
    assert [(error["row"], error["column"]) for error in answer.json["errors"]] == [(2, column)]
    with act_as("store_manager"):
        assert db.session.scalar(select(func.count()).select_from(Upload).where(Upload.kind == path)) == 0


@pytest.mark.parametrize("rows", [[], [{"product": "T", "day": DAY, "units": 1}] * 5_001, [{"product": "T"}], "rows"])
def test_what_is_no_batch_is_refused(api_as, goods, rows):
    assert api_as("store_manager").post(f"{API}/sales", json={"rows": rows}).status_code == 422


def test_a_batch_can_be_undone(api_as, act_as, goods):
    api_as("store_manager").post(f"{API}/sales", json={"rows": [{"product": "T", "day": DAY, "units": 5}]})
    with act_as("store_manager") as viewer:
        upload = db.session.scalars(select(Upload).where(Upload.kind == "sales")).one()
        undoing.undo(upload)
        assert queries.product_states(viewer.store.id, until=TODAY) == []
