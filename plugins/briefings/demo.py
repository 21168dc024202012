"""A demo briefing of last month; the worker makes its editions after the start."""

from __future__ import annotations

from datetime import timedelta

from plugins.briefings.models import DRAFT, ISSUED, WAITING, Briefing, Edition, Section
from portal.api import Audience, DemoBuilder, clock, enqueue, session

TEXTS = (
    (
        "周边饮料开始打价格战",
        "两周里三家连锁把 500ml 瓶装茶降到 2.9 元，以量换客流。",
        "本地连锁把瓶装茶当作引流品，**单瓶低于 3 元**，但只限每天前 100 瓶。\n\n"
        "我们建议不跟单瓶价，改做两瓶组合：客单更高，毛利率少掉的只有一半。\n\n"
        "| 连锁 | 单瓶 | 限制 |\n|---|---|---|\n| 甲 | ¥2.9 | 每天 100 瓶 |\n| 乙 | ¥2.8 | 会员 |\n| 丙 | ¥3.0 | 周末 |\n",
        "业务员市场观察，城南与城北 14 家",
    ),
    (
        "冬季热饮柜值得早两周上",
        "气温跌破 12 度的头两周，热饮一天多卖约三成。",
        "去年同期有热饮柜的店，头两周热饮日均多卖三成；晚上两周，这部分就过去了。\n\n"
        "1. 先看插座，热饮柜要独立一路。\n2. 先上四种，卖动了再加。\n3. 柜子放在收银台看得见的地方。\n",
        "本公司去年 11 月至 12 月出货记录",
    ),
)


def build(builder: DemoBuilder) -> None:
    """One issued to the stores around the demo's own, and one draft."""
    audience = Audience(regions=(builder.stores[0].region,)) if builder.large else Audience()
    editor = builder.people.get("manager") or builder.people.get("administrator")
    last = builder.today.replace(day=1) - timedelta(days=1)
    issued = Briefing(
        title=f"{last.month}月市场简报",
        subtitle="价格战打到瓶装茶，热饮早上两周",
        kind="monthly",
        period_start=last.replace(day=1),
        period_end=last,
        audience=audience.as_json(),
        state=ISSUED,
        issued_at=clock.now(),
        created_by_id=editor.id if editor else None,
        content={
            "sections": [{"title": t, "lede": lede, "text": text, "source": source} for t, lede, text, source in TEXTS]
        },
    )
    session.add(issued)
    session.flush()
    _sections(issued)
    for store in filter(audience.includes, builder.stores):
        for language in ("zh_Hans", "en") if store is builder.stores[0] else ("zh_Hans",):
            edition = Edition(briefing_id=issued.id, store_id=store.id, language=language, state=WAITING, missing=[])
            session.add(edition)
            session.flush()
            enqueue("briefings.render", arguments={"edition_id": edition.id}, key=f"edition-{edition.id}")
    if builder.large:
        first = builder.today.replace(day=1)
        draft = Briefing(
            title=f"{first.month}月市场简报",
            kind="monthly",
            period_start=first,
            period_end=builder.today,
            audience=Audience().as_json(),
            state=DRAFT,
            created_by_id=editor.id if editor else None,
        )
        session.add(draft)
        session.flush()
        _sections(draft)


def _sections(briefing: Briefing) -> None:
    for position, (title, lede, text, source) in enumerate(TEXTS, 1):
        session.add(
            Section(briefing_id=briefing.id, position=position, title=title, lede=lede, text=text, source=source)
        )
