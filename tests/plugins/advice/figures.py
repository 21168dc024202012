"""Figures of a store that can be reckoned with by hand: four weeks of tea and yogurt, five a day."""

from datetime import timedelta

from plugins.trade.importing import services as trade
from portal import clock
from portal.files.exports import write_csv

PRODUCTS = [
    ["商品编码", "商品名称", "品牌", "自有品牌", "箱规", "零售价", "进价"],
    ["T", "冰红茶", "禾川", "是", "6", "3.50", "2.40"],
    ["Y", "酸奶", "山泉", "否", "12", "6.80", "4.90"],
]


def take_in_figures(act_as, *, tea=11, yogurt=60, yogurt_days=6, units=5, days=28, prices=True, yogurt_stopped=0):
    """The first store's: tea on hand, yogurt in one batch that ends in so many days and did not sell in the last ones."""
    today = clock.today("Asia/Shanghai")
    dates = [(today - timedelta(days=day)).isoformat() for day in range(1, days + 1)]
    with act_as("administrator") as viewer:
        columns = slice(None) if prices else slice(5)
        assert trade.take_in("products", write_csv([row[columns] for row in PRODUCTS]), by=viewer).written
    sales = [["商品编码", "日期", "数量"], *([code, day, str(units)] for day in dates for code in "TY")]
    if yogurt_stopped:
        sales = [row for row in sales if row[0] != "Y" or row[1] < dates[yogurt_stopped - 1]]
    with act_as("store_manager") as viewer:
        assert trade.take_in("sales", write_csv(sales), by=viewer).written
    take_in_stock(act_as, tea=tea, yogurt=yogurt, yogurt_days=yogurt_days)


def take_in_stock(act_as, *, tea, yogurt, yogurt_days=6):
    """A new count of the first store's stock."""
    ends = (clock.today("Asia/Shanghai") + timedelta(days=yogurt_days)).isoformat()
    rows = [["商品编码", "库存", "批号", "到期日"], ["T", str(tea), "", ""], ["Y", str(yogurt), "B1", ends]]
    with act_as("store_manager") as viewer:
        assert trade.take_in("stock", write_csv(rows), by=viewer).written
