"""A year of plausible sales: weekdays, seasons, promotions, stock-outs, and batches that near their date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from plugins.trade.cohorts import demo as cohort_demo
from plugins.trade.costs import demo as cost_demo
from plugins.trade.fixtures import demo as fixture_demo
from plugins.trade.floors import demo as floor_demo
from plugins.trade.methods.blocks import MonthBlock, days_in, pack
from plugins.trade.models import Batch, Product, SalesMonth, Stock
from plugins.trade.receipts import demo as receipt_demo
from portal.api import DemoBuilder, Store, insert_rows, session

DAYS = 365
# Category: (peak month, strength of the season, weekend factor, shelf life in days, mean price, products)
CATEGORIES = {
    "饮料": (7, 0.45, 1.25, 270, 4.5, ("冰红茶", "柠檬茶", "矿泉水", "橙汁", "可乐", "雪碧汽水", "乌龙茶", "功能饮料")),
    "饼干": (1, 0.15, 1.10, 300, 8.0, ("苏打饼干", "夹心饼干", "曲奇", "威化", "消化饼")),
    "方便面": (12, 0.20, 1.05, 180, 5.0, ("红烧牛肉面", "老坛酸菜面", "杯面", "拌面", "鲜虾鱼板面")),
    "酸奶": (6, 0.20, 1.15, 21, 6.5, ("原味酸奶", "草莓酸奶", "老酸奶", "希腊酸奶")),
    "牛奶": (3, 0.05, 1.05, 45, 5.5, ("纯牛奶", "高钙奶", "早餐奶", "儿童奶")),
    "糖果": (2, 0.50, 1.20, 540, 7.0, ("薄荷糖", "奶糖", "巧克力", "棒棒糖", "软糖")),
    "纸品": (11, 0.05, 1.00, 1080, 12.0, ("抽纸", "卷纸", "湿巾", "手帕纸")),
    "洗护": (5, 0.08, 1.00, 1080, 25.0, ("洗发水", "沐浴露", "洗手液", "牙膏")),
    "调味": (12, 0.12, 1.05, 540, 9.0, ("生抽", "老抽", "蚝油", "醋", "盐")),
    "膨化": (8, 0.18, 1.30, 240, 6.0, ("薯片", "虾条", "爆米花", "锅巴")),
}
BRANDS = ("禾川", "青禾", "山泉", "北原", "东麓", "晨露")
OWN_BRANDS = frozenset({"禾川", "青禾"})
SIZES = ("小包", "中包", "大包", "家庭装", "分享装", "量贩装")
SIZE_OF_STORE = {"hypermarket": 4.0, "supermarket": 2.0, "convenience": 1.0, "corner_shop": 0.5}
SHARE_LISTED = {"hypermarket": 0.95, "supermarket": 0.7, "convenience": 0.45, "corner_shop": 0.25}


@dataclass(frozen=True, slots=True)
class Line:
    """A product with what its sales depend on."""

    product: Product
    base: float
    peak_month: int
    season: float
    weekend: float
    shelf_life: int


def build(builder: DemoBuilder) -> None:
    """300 products for the large distributor, 40 for the small one, and what their stores sold of them."""
    noise = np.random.default_rng(builder.random.randrange(2**32))
    lines = _products(builder, 300 if builder.large else 40, noise)
    session.flush()
    first = builder.today - timedelta(days=DAYS)
    shapes = np.stack([_shape(line, first) for line in lines])
    months: list[dict[str, object]] = []
    stocks: list[dict[str, object]] = []
    batches: list[dict[str, object]] = []
    for index, store in enumerate(builder.stores):
        listed = _listed(store, len(lines), noise)
        units = _sales(store, [lines[at] for at in listed], shapes[listed], noise)
        if index == 0:
            _tell_a_story(units)
        products = [lines[at].product for at in listed]
        months += _blocks(store, products, units, first)
        levels = _stock(units, noise)
        stocks += _stock_rows(store, products, levels, builder.today)
        batches += _batch_rows(store, [lines[at] for at in listed], levels, builder.today, noise)
    insert_rows(SalesMonth, months)
    insert_rows(Stock, stocks)
    insert_rows(Batch, batches)
    fixture_demo.build(builder)
    floor_demo.build(builder)
    receipt_demo.build(builder)
    cost_demo.build(builder)
    session.flush()
    cohort_demo.build(builder)


def _products(builder: DemoBuilder, count: int, noise: np.random.Generator) -> list[Line]:
    lines: list[Line] = []
    names = [(category, name, size) for size in SIZES for category, facts in CATEGORIES.items() for name in facts[5]]
    for index in range(count):
        category, name, size = names[index % len(names)]
        brand = BRANDS[(index * 5 + index // len(names)) % len(BRANDS)]
        peak, season, weekend, life, price, _names = CATEGORIES[category]
        asked = round(price * (0.8 + 0.25 * SIZES.index(size)) * float(noise.uniform(0.85, 1.2)), 1)
        product = Product(
            code=f"{10_000 + index}",
            name=f"{brand}{name} {size}",
            barcode=f"69{index:011d}",
            brand=brand,
            own_brand=brand in OWN_BRANDS,
            category=category,
            pack_size=int(noise.choice([6, 12, 12, 24])),
            price=Decimal(str(asked)),
            cost=Decimal(str(round(asked * float(noise.uniform(0.62, 0.82)), 2))),
            shelf_life_days=life,
        )
        session.add(product)
        lines.append(Line(product, float(noise.lognormal(0.4, 0.9)), peak, season, weekend, life))
    fixture_demo.measure([line.product for line in lines], SIZES)
    return lines


def _shape(line: Line, first: date) -> npt.NDArray[np.float64]:
    """How a product's daily demand moves over the year around 1: season, weekend, three promotions."""
    days = [first + timedelta(days=offset) for offset in range(DAYS)]
    angle = np.asarray(
        [2 * np.pi * ((day.month - 1) * 30.4 + day.day - line.peak_month * 30.4 + 15) / 365 for day in days]
    )
    shape = 1 + line.season * np.cos(angle)
    shape *= np.asarray([line.weekend if day.weekday() >= 5 else 1.0 for day in days])
    start = int(line.product.code) * 37 % 100
    for promotion in range(start, DAYS, 121):
        shape[promotion : promotion + 10] *= 1.7
    return shape


def _listed(store: Store, count: int, noise: np.random.Generator) -> npt.NDArray[np.int64]:
    chosen = noise.random(count) < SHARE_LISTED.get(store.format, 0.4)
    return np.flatnonzero(chosen)


def _sales(
    store: Store, lines: Sequence[Line], shapes: npt.NDArray[np.float64], noise: np.random.Generator
) -> npt.NDArray[np.int32]:
    """Poisson demand with a local taste; some weeks without stock; a few returns; a trend of the store."""
    taste = noise.lognormal(0, 0.35, len(lines))
    base = np.asarray([line.base for line in lines]) * taste * SIZE_OF_STORE.get(store.format, 1.0)
    trend = np.linspace(1, float(noise.uniform(0.9, 1.12)), DAYS)
    units = noise.poisson(base[:, None] * shapes * trend[None, :]).astype(np.int32)
    for row in np.flatnonzero(noise.random(len(lines)) < 0.25):
        start = int(noise.integers(0, DAYS - 9))
        units[row, start : start + int(noise.integers(2, 9))] = 0
    for row in np.flatnonzero(noise.random(len(lines)) < 0.06):
        units[row, -int(noise.integers(30, 120)) :] = 0
    returned = noise.random(units.shape) < 0.0005
    units[returned] = -1
    return units


def _tell_a_story(units: npt.NDArray[np.int32]) -> None:
    """In the first store the best seller ran dry for a day last week."""
    best = int(units[:, -28:].sum(axis=1).argmax())
    units[best, -4] = 0


def _blocks(
    store: Store, products: Sequence[Product], units: npt.NDArray[np.int32], first: date
) -> list[dict[str, object]]:
    ids = np.asarray([product.id for product in products], np.int32)
    order = np.argsort(ids)
    ids, units = ids[order], units[order]
    rows, day = [], first
    last = first + timedelta(days=DAYS)
    while day < last:
        month = day.replace(day=1)
        following = (month + timedelta(days=32)).replace(day=1)
        until = min(following, last)
        block = np.zeros((len(ids), days_in(month)), np.int32)
        left, right = (day - first).days, (until - first).days
        block[:, day.day - 1 : day.day - 1 + right - left] = units[:, left:right]
        rows.append({"store_id": store.id, "month": month, "block": pack(MonthBlock(month, ids, block))})
        day = following
    return rows


def _stock(units: npt.NDArray[np.int32], noise: np.random.Generator) -> npt.NDArray[np.int64]:
    """Two days to seven weeks of cover; the slow ones tend to have more."""
    mean = np.maximum(units[:, -28:].mean(axis=1), 0.05)
    cover = noise.lognormal(2.4, 0.8, len(mean)) / np.sqrt(np.maximum(mean, 0.3))
    return np.ceil(mean * np.clip(cover, 1.0, 60)).astype(np.int64)


def _stock_rows(
    store: Store, products: Sequence[Product], levels: npt.NDArray[np.int64], today: date
) -> list[dict[str, object]]:
    return [
        {"store_id": store.id, "product_id": product.id, "on_hand": int(level), "on_order": 0, "as_of": today}
        for product, level in zip(products, levels, strict=True)
    ]


def _batch_rows(
    store: Store,
    lines: Sequence[Line],
    levels: npt.NDArray[np.int64],
    today: date,
    noise: np.random.Generator,
) -> list[dict[str, object]]:
    """Goods with up to ten months of life have a batch; one in ten is far into it."""
    rows = []
    for line, level in zip(lines, levels, strict=True):
        if line.shelf_life > 300 or level == 0:
            continue
        left = float(noise.uniform(0.02, 0.12) if noise.random() < 0.1 else noise.uniform(0.3, 0.95))
        expires = today + timedelta(days=max(int(line.shelf_life * left), 2))
        made = expires - timedelta(days=line.shelf_life)
        rows.append(
            {
                "store_id": store.id,
                "product_id": line.product.id,
                "number": f"{line.product.brand[0]}{made:%y%m%d}",
                "expires_on": expires,
                "units": int(level),
                "as_of": today,
            }
        )
    return rows
