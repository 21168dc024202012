"""The columns of each kind of table, under all the headings that shops give them."""

from __future__ import annotations

from plugins.trade.fixtures.tables import PLANOGRAM_COLUMNS
from portal.api import Column

STORE = Column("store", ("门店编号", "门店", "store", "store number"), required=False)
PRODUCT = Column("product", ("商品编码", "编码", "货号", "product", "product code", "code"))
COLUMNS: dict[str, tuple[Column, ...]] = {
    "products": (
        PRODUCT,
        Column("name", ("商品名称", "品名", "名称", "name")),
        Column("barcode", ("条码", "条形码", "barcode"), required=False),
        Column("brand", ("品牌", "brand"), required=False),
        Column("own_brand", ("自有品牌", "代理品牌", "own brand"), required=False),
        Column("category", ("品类", "类别", "category"), required=False),
        Column("pack_size", ("箱规", "pack size"), required=False),
        Column("price", ("零售价", "售价", "price"), required=False),
        Column("cost", ("进价", "成本", "cost"), required=False),
        Column("shelf_life_days", ("保质期天数", "保质期", "shelf life days"), required=False),
        Column("width_cm", ("宽cm", "宽度cm", "宽(cm)", "宽（cm）", "width cm"), required=False),
        Column("height_cm", ("高cm", "高度cm", "高(cm)", "高（cm）", "height cm"), required=False),
        Column("depth_cm", ("深cm", "深度cm", "深(cm)", "深（cm）", "depth cm"), required=False),
    ),
    "sales": (
        STORE,
        PRODUCT,
        Column("day", ("日期", "销售日期", "date", "day")),
        Column("units", ("数量", "销量", "units", "quantity")),
    ),
    "receipts": (
        STORE,
        Column("receipt", ("小票号", "单号", "流水号", "交易号", "receipt", "receipt number")),
        PRODUCT,
        Column("day", ("日期", "销售日期", "交易日期", "date", "day")),
        Column("units", ("数量", "销量", "units", "quantity"), required=False),
    ),
    "stock": (
        STORE,
        PRODUCT,
        Column("on_hand", ("库存", "现有库存", "on hand", "stock")),
        Column("on_order", ("在途", "已订未到", "on order"), required=False),
        Column("batch", ("批号", "batch"), required=False),
        Column("expires_on", ("到期日", "有效期至", "expires", "expiry"), required=False),
        Column("as_of", ("盘点日期", "截至日期", "as of"), required=False),
    ),
    "planogram": PLANOGRAM_COLUMNS,
}
KINDS = tuple(COLUMNS)
