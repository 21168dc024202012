"""The words of the sample briefing."""

from __future__ import annotations

from types import SimpleNamespace

from markupsafe import Markup

from portal.contracts import KeyFigure, Table


def chinese(rows: int) -> SimpleNamespace:
    """The texts in Chinese."""
    compare = SimpleNamespace(
        title="饮料少卖 9%，七成是断货",
        kicker="一　与同类店比",
        lede="价格和同类店一样，冰柜也不小。差在周末：最近八周，您店的饮料有 16 天断过货，同类店平均 5 天。"
        "旺季前补上这一段，比任何促销都划算。",
        foot="来源：您店的销售和库存，18 家同类店，滞后 7 天。",
        figure1="饼干领先，饮料落后",
        text1="每平方米销售额，1月5日 周一至 3月1日 周日",
        reference="18 家同类店 = 100",
        aside=[
            SimpleNamespace(heading="怎么读", text="黑线是 18 家同类店的平均：同片区、60–90 平方米、便利店。"),
            SimpleNamespace(
                heading="差距有多大",
                figure="¥412",
                unit="/周",
                state="late",
                text="饮料少卖的金额，其中断货 ¥290，缺两个常卖品 ¥122。",
            ),
        ],
        figure2="断货越来越多",
        text2="饮料每周断货天数，商品 × 天",
        figure3="天一热就更要紧",
        text3="去年同期 8 周，销量指数与周均气温",
        degrees=("9°C", "", "", "13°C", "", "", "", "21°C"),
        table=Table(
            "周末前多备多少",
            ("商品", "日均卖", "现在够", "建议备", "补", "每月多赚"),
            (
                ("冰红茶 500ml", "33 瓶", "1.6 天", "9 天", "12 箱", "¥301"),
                ("苏打水 480ml", "7 瓶", "3.4 天", "9 天", "2 箱", "¥164"),
                ("乌龙茶 500ml（自有品牌）", "5 瓶", "3.0 天", "9 天", "2 箱", "¥98"),
                ("苏打饼干 400g", "2.2 包", "4.1 天", "7 天", "1 箱", "¥77"),
            ),
            (1, 2, 3, 4, 5),
            "按您店近 28 天的销量",
        ),
        sum=("合计", "", "", "", "17 箱", "¥640"),
        do="您可以做",
        how="3月12日 周四 16:00 前按表 1 下单，周六送到。每周四由周启明跟您对一次周末的量。"
        "不算我们的自有品牌，这一条是每月 ¥628。",
        worth={"words": "可多赚", "amount": "640", "period": "每月"},
    )
    market = SimpleNamespace(
        title="冰红茶在片区里开始降价",
        kicker="二　市场观察",
        lede="过去四周，三家连锁把 500ml 冰红茶降到 2.7 元以下。我们的建议：不跟价，改做第二件半价，守住毛利。",
        foot="来源：业务员和门店的观察，1月5日至3月4日，见来源表。",
        figures=(
            KeyFigure("最低价", "¥2.70", "/瓶", "上月 ¥2.90", "late"),
            KeyFigure("观察到的促销", "14", "次", "去年同期 9 次"),
            KeyFigure("新品", "6", "个", "其中 2 个我们有货", "ok"),
        ),
        figure4="连锁的冰红茶便宜了三毛",
        figure5="片区里方便面的份额在涨",
        lines=("您店", "连锁 A", "大卖场"),
        months=("1月", "2月", "3月"),
        text=Markup(
            "<p>降价集中在<strong>周五到周日</strong>，平日恢复原价<span class='bf-note'>业务员 6 次到店记录，"
            "2月20日至3月1日。</span>。这说明是引流，不是清库存。</p>"
            "<p>对您店的影响有限：饮料客人里只有两成会比价<span class='bf-note'>片区问卷 212 份，2026年1月。</span>，"
            "其余看的是冰不冰、有没有货。</p>"
        ),
        table=Table(
            "价格观察",
            ("商品", "在哪里", "价格", "比您店", "日期"),
            tuple(
                (f"冰红茶 500ml 第 {n} 次", "便利店，城南片区", "¥2.70", "−10%", "3月1日 周日")
                for n in range(1, rows + 1)
            ),
            (2, 3, 4),
            "门店不具名，只写类型和片区",
        ),
    )
    rhythm = SimpleNamespace(
        title="周末两天占了一半的断货",
        kicker="三　节奏和效果",
        lede="把送货从周六提前到周五，断货会少一半。下面是近八周的分布。",
        foot="来源：您店的库存记录，近 8 周。",
        figure6="断货集中在周五到周日",
        figure7="五个品类的断货天数，虚线是同类店",
        figure8="建议做了以后的变化，90% 可能范围",
        days=("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
        advice=("补货提前一天", "收银旁加一层"),
        nothing="没有变化",
        points=("把周六的送货改到周五 15:00 前。", "冰柜下层留给冰红茶，上层给新品。", "喆記杂货的𬭎字也要印得出来。"),
        missing="活动预告",
    )
    return SimpleNamespace(
        title="旺季前的八周",
        kicker="市场简报　2026年3月　第 27 期",
        subtitle="饮料先补满，饼干守住，临期早一步",
        left="市场简报　2026年3月",
        store="邻里便利店 · 城南路",
        brand="禾川商贸",
        art="货架：三层商品，一件标成黄色",
        gain={"words": "您店的 3 条建议，本月可多赚或少亏", "amount": "1,338"},
        points=(
            ("−9%", "您店饮料比 18 家同类店卖得少。七成是断货，不是价格。"),
            ("+12%", "饼干卖得比同类店多。收银旁那一层功劳最大，请留着。"),
            ("26 杯", "酸奶 3月18日 周三到期前卖不完。换货到 3月13日 周五截止。"),
        ),
        imprint=("本店版，只给您一家", "禾川商贸编　数据到 2026年3月4日 周三　校验码 7f3a-91c4"),
        entries=[
            SimpleNamespace(anchor="compare", number="一", title=compare.title, text="与同类店比，本店版"),
            SimpleNamespace(anchor="market", number="二", title=market.title, text="市场观察"),
            SimpleNamespace(anchor="rhythm", number="三", title=rhythm.title, text="节奏和效果"),
        ],
        categories=("饼干", "方便面", "乳品", "调料", "饮料"),
        compare=compare,
        market=market,
        rhythm=rhythm,
        sources=(
            "您店的销售和库存，到 2026年3月4日。",
            "18 家同类店的比值，2026年第一季度的固定组。",
            "业务员观察 41 条。",
        ),
    )


def english(rows: int) -> SimpleNamespace:
    """The same briefing in English."""
    t = chinese(rows)
    t.compare.__dict__.update(
        title="Drinks sell 9% less, mostly for want of stock",
        kicker="1　Against similar stores",
        lede="Your prices match those of similar stores and your cooler is no smaller. The gap is the weekend: in the "
        "last eight weeks your drinks were out of stock on 16 days, against 5 in similar stores.",
        foot="Source: your sales and stock, 18 similar stores, 7 days behind.",
        figure1="Biscuits lead, drinks lag",
        text1="Sales per square metre, Mon 5 January to Sun 1 March",
        reference="18 similar stores = 100",
        aside=[
            SimpleNamespace(
                heading="How to read it", text="The black line is the mean of 18 convenience stores of your size."
            ),
            SimpleNamespace(
                heading="How much it is",
                figure="¥412",
                unit="/week",
                state="late",
                text="Of which ¥290 for empty shelves.",
            ),
        ],
        figure2="Ever more days without stock",
        text2="Days out of stock a week, products × days",
        figure3="It matters more as it gets warm",
        text3="The same 8 weeks last year, sales index and temperature",
        table=Table(
            "What to stock before the weekend",
            ("Product", "Sold a day", "Lasts", "Stock for", "Order", "Gain a month"),
            (
                ("Ice tea 500 ml", "33", "1.6 days", "9 days", "12 cases", "¥301"),
                ("Soda water 480 ml", "7", "3.4 days", "9 days", "2 cases", "¥164"),
                ("Oolong 500 ml (own brand)", "5", "3.0 days", "9 days", "2 cases", "¥98"),
            ),
            (1, 2, 3, 4, 5),
            "From your sales of the last 28 days",
        ),
        sum=("Sum", "", "", "", "16 cases", "¥563"),
        do="What you can do",
        how="Order from table 1 before Thu 12 March 16:00; delivery comes on Saturday. "
        "Without our own brand it is ¥551.",
        worth={"words": "You gain", "amount": "563", "period": "a month"},
    )
    t.market.__dict__.update(
        title="Ice tea is getting cheaper around you",
        kicker="2　What the market does",
        lede="In the last four weeks three chains went below ¥2.70 for 500 ml. Do not follow; "
        "offer the second at half price.",
        foot="Source: observations by reps and stores, 5 January to 4 March.",
        figures=(
            KeyFigure("Lowest price", "¥2.70", "a bottle", "¥2.90 last month", "late"),
            KeyFigure("Promotions seen", "14", "", "9 a year ago"),
            KeyFigure("New products", "6", "", "we have 2 of them", "ok"),
        ),
        figure4="Chains cut ice tea by ¥0.30",
        figure5="Noodles gain share in your district",
        lines=("You", "Chain A", "Hypermarket"),
        months=("Jan", "Feb", "Mar"),
        text=Markup(
            "<p>The cuts fall on <strong>Friday to Sunday</strong>"
            "<span class='bf-note'>Six visits, 20 Feb to 1 March.</span>.</p>"
        ),
        table=Table(
            "Prices seen",
            ("Product", "Where", "Price", "To yours", "Date"),
            tuple(
                (f"Ice tea 500 ml no. {n}", "Convenience, south", "¥2.70", "−10%", "Sun 1 March")
                for n in range(1, rows + 1)
            ),
            (2, 3, 4),
            "Stores are never named",
        ),
    )
    t.rhythm.__dict__.update(
        title="Half of the empty shelves fall on two days",
        kicker="3　Rhythm and effect",
        lede="With delivery on Friday instead of Saturday, half of them would go.",
        foot="Source: your stock records, 8 weeks.",
        figure6="Out of stock from Friday to Sunday",
        figure7="Days out of stock in five categories; dashed: similar stores",
        figure8="What followed the advice, with its 90% range",
        days=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
        advice=("Order a day earlier", "A shelf beside the till"),
        nothing="no change",
        points=("Move Saturday's delivery to Friday 15:00.", "Keep the lower cooler shelf for ice tea."),
        missing="Coming events",
    )
    t.__dict__.update(
        title="Eight weeks before the season",
        kicker="Market briefing　March 2026　No. 27",
        subtitle="Fill the drinks, hold the biscuits, be early with what expires",
        left="Market briefing　March 2026",
        store="Neighbour Store, Chengnan Road",
        brand="Hechuan Trading",
        art="Shelves with products, one of them yellow",
        gain={"words": "Your 3 pieces of advice, gain or loss avoided this month", "amount": "1,338"},
        points=(
            ("−9%", "Drinks sell less than in 18 similar stores; mostly for want of stock, not for the price."),
            ("+12%", "Biscuits sell more. The shelf beside the till did most of it, so keep it."),
            ("26 cups", "Yoghurt that will not sell before Wed 18 March. Exchange it until Fri 13 March."),
        ),
        imprint=("Your own edition", "Edited by Hechuan Trading　Data up to Wed 4 March 2026　Check 7f3a-91c4"),
        entries=[
            SimpleNamespace(anchor="compare", number="1", title=t.compare.title, text="Against similar stores"),
            SimpleNamespace(anchor="market", number="2", title=t.market.title, text="What the market does"),
            SimpleNamespace(anchor="rhythm", number="3", title=t.rhythm.title, text="Rhythm and effect"),
        ],
        categories=("Biscuits", "Noodles", "Dairy", "Seasoning", "Drinks"),
        sources=(
            "Your sales and stock up to 4 March 2026.",
            "Ratios of 18 similar stores.",
            "41 observations by reps.",
        ),
    )
    return t
