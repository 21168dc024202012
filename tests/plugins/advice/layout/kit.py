"""A store with its figures and its floor plan, small enough to reckon by hand."""

from datetime import timedelta

from sqlalchemy import select

from plugins.advice.advisors.findings import LAYOUT
from plugins.advice.layout.figures import layouts
from plugins.advice.models import OPEN, Proposal
from plugins.trade.floors import services as floors
from plugins.trade.floors.models import FloorPlan
from plugins.trade.floors.services import FloorSketch, ZonePlan
from plugins.trade.importing import services as importing
from portal import clock
from portal.db import db
from portal.files.exports import write_csv

TIMEZONE = "Asia/Shanghai"
# code: category, own brand, price, cost, units a day
GOODS = {
    "C": ("膨化", "否", "6.00", "3.00", 40),
    "P": ("纸品", "否", "10.00", "9.50", 10),
    "M": ("牛奶", "是", "5.00", "4.00", 20),
    "S": ("洗护", "否", "20.00", "15.00", 2),
}
# A shop of 8 x 10 m, the door in front on the left, the till in front on the right. What earns most and is taken on
# passing stands in the far corner; what people come for, and what earns least, stands beside the till.
CRISPS = ZonePlan("膨化", 600, 0, 200, 80, 800, bought="on_passing")
PAPER = ZonePlan("纸品", 400, 800, 200, 80, 800, goods="other", bought="planned")
MILK = ZonePlan("牛奶", 0, 0, 200, 80, 800, power=True, chilled=True, bought="planned")
SOAP = ZonePlan("洗护", 0, 400, 200, 80, 800, goods="chemical", bought="planned")
SKETCH = FloorSketch(800, 1_000, (100, 1_000), (700, 950), (CRISPS, PAPER, MILK, SOAP))


def take_in(act_as, *, days=56, costs=True, goods=GOODS):
    """So many days on which each product sold its units."""
    head = ["商品编码", "商品名称", "品类", "自有品牌", "零售价", *(["进价"] if costs else [])]
    rows = [
        [code, f"{category}一号", category, own, price, *([cost] if costs else [])]
        for code, (category, own, price, cost, _units) in goods.items()
    ]
    today = clock.today(TIMEZONE)
    dates = [(today - timedelta(days=day)).isoformat() for day in range(1, days + 1)]
    sales = [[code, day, str(units)] for day in dates for code, (*_facts, units) in goods.items()]
    with act_as("administrator") as viewer:
        assert importing.take_in("products", write_csv([head, *rows]), by=viewer).written
    with act_as("store_manager") as viewer:
        assert importing.take_in("sales", write_csv([["商品编码", "日期", "数量"], *sales]), by=viewer).written


def draw(act_as, run_jobs, sketch=SKETCH):
    with act_as("store_manager") as viewer:
        made = floors.add_floor(viewer.store.id, sketch, by=viewer).id
    run_jobs()
    return made


def advice(act_as, state=OPEN):
    with act_as("store_manager"):
        found = select(Proposal).where(Proposal.kind == LAYOUT, Proposal.state == state)
        return db.session.scalars(found).one_or_none()


def layout_of(act_as):
    with act_as("manager"):
        plan = db.session.scalars(select(FloorPlan)).one()
        (found,) = layouts([plan], today=clock.today(TIMEZONE), timezone=TIMEZONE)
        return found


def vars_of(zone):
    return {name: getattr(zone, name) for name in ZonePlan.__dataclass_fields__}


def bring_product(act_as, code, category, price, cost, days):
    """One more product, ten of which sold on each of these days, counted from today."""
    head = ["商品编码", "商品名称", "品类", "零售价", *(["进价"] if cost else [])]
    with act_as("administrator") as viewer:
        rows = [[code, f"{category}二号", category, price, *([cost] if cost else [])]]
        assert importing.take_in("products", write_csv([head, *rows]), by=viewer).written
    today = clock.today(TIMEZONE)
    sales = [[code, (today - timedelta(days=day)).isoformat(), "10"] for day in days]
    with act_as("store_manager") as viewer:
        assert importing.take_in("sales", write_csv([["商品编码", "日期", "数量"], *sales]), by=viewer).written


def bring_receipts(act_as, count=400):
    """Of each four receipts two hold crisps with milk, one paper alone, one soap alone."""
    day = (clock.today(TIMEZONE) - timedelta(days=1)).isoformat()
    goods = (("C", "M"), ("C", "M"), ("P",), ("S",))
    rows = [[str(at), code, day] for at in range(count) for code in goods[at % 4]]
    with act_as("store_manager") as viewer:
        assert importing.take_in("receipts", write_csv([["小票号", "商品编码", "日期"], *rows]), by=viewer).written
