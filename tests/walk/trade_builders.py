"""What the plug-in trade has in each place: goods, uploads, orders, shelf units and floor plans."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from plugins.trade.fixtures.services import FixturePlan, Placed, ShelfPlan, add_fixture
from plugins.trade.floors.services import FloorSketch, ZonePlan, add_floor
from plugins.trade.importing import services as trade
from plugins.trade.importing.models import Upload
from plugins.trade.models import Product
from plugins.trade.orders.services import Wanted, request_order
from portal import clock
from portal.db import db
from tests.walk.estate import SEES_STORE, Estate, Place
from tests.walk.estate import acting as act
from tests.walk.placing import store_id


def goods(estate: Estate, place: Place) -> None:
    mark = estate.mark(place.name, wide=True)
    if place.name not in ("mine", "foreign"):
        return
    table = f"code,name,barcode\n{mark},{mark} tea,69{len(mark)}\n".encode()
    sales = f"store,product,date,units\nN{place.name},{mark},{clock.today('Asia/Shanghai') - timedelta(days=2)},7\n"
    with act(estate.app, estate.world, "manager", place.distributor) as viewer:
        assert trade.take_in("products", table, name=f"{mark}.csv", by=viewer).written
        db.session.flush()
        assert trade.take_in("sales", sales.encode(), name=f"{mark}.csv", by=viewer).written


def uploads(estate: Estate, place: Place) -> None:
    """What a store sends is named as its people name it."""
    name = f"{estate.mark(place.name)}.csv"
    table = (
        f"product,date,units\nhush{'foreign' if place.name == 'foreign' else 'mine'}wide,2026-01-0{place.index + 1},3\n"
    )
    with act(estate.app, estate.world, place.keeper, place.distributor) as viewer:
        assert trade.take_in("sales", table.encode(), name=name, by=viewer).written
        taken_in = db.session.scalars(select(Upload.id).order_by(Upload.id.desc()).limit(1)).one()
        estate.add("upload", f"{place.name}, taken in", SEES_STORE[place.name], upload_id=taken_in)
        waiting, _intake = trade.stage("sales", table.replace(",3\n", ",4\n").encode(), name=name, by=viewer)
        assert waiting
        estate.add("upload", place.name, SEES_STORE[place.name], upload_id=waiting.id)


def order(estate: Estate, place: Place) -> None:
    with act(estate.app, estate.world, place.keeper, place.distributor) as viewer:
        product = db.session.scalars(select(Product)).first()
        assert product
        made = request_order(store_id(estate, place), [Wanted(product.id, 3)], note=estate.mark(place.name), by=viewer)
        estate.add("order", place.name, SEES_STORE[place.name], order_id=made.id)


def fixture(estate: Estate, place: Place) -> None:
    """Two, as both a page and a program take one away."""
    for label, word in ((place.name, "rack"), (f"{place.name} second", "second rack")):
        with act(estate.app, estate.world, place.keeper, place.distributor) as viewer:
            product = db.session.scalars(select(Product)).first()
            assert product
            shelf = ShelfPlan(1_200, 300, (Placed(product.id, 3),))
            plan = FixturePlan(f"{estate.mark(place.name)} {word}", 1_200, (shelf,))
            made = add_fixture(store_id(estate, place), plan, by=viewer)
            estate.add("fixture", label, SEES_STORE[place.name], fixture_id=made.id)


def floor(estate: Estate, place: Place) -> None:
    with act(estate.app, estate.world, place.keeper, place.distributor) as viewer:
        zone = ZonePlan(f"{estate.mark(place.name)} goods", 100, 100, 200, 80, 800)
        sketch = FloorSketch(800, 900, (100, 900), (600, 870), (zone,))
        made = add_floor(store_id(estate, place), sketch, by=viewer)
        estate.add("floor", place.name, SEES_STORE[place.name], floor_id=made.id)
