"""A small library of demo advice."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from plugins.advice.campaigns import demo as campaigns
from plugins.advice.layout import computing as layouts
from plugins.advice.library.models import Version
from plugins.advice.library.services import COLUMNS
from plugins.advice.models import DECLINED, DONE, DRAFT, IN_REVIEW, OPEN, PUBLISHED, Note, Recipient
from plugins.advice.planogram import computing as planograms
from plugins.advice.proposals import computing
from plugins.advice.questions import demo as questions
from portal.api import Audience, DemoBuilder, session

# title, kind, reason, text, gain a month, minutes, days ago, audience
NOTES = (
    (
        "把饮料从进门处移到收银台对面",
        "layout",
        "顾客进门后往右走，收银台对面经过的人最多，饮料是冲动购买最多的品类。",
        "## 怎么做\n\n1. 先量收银台对面的货架，留出 **1.2 米**。\n2. 饮料按口味竖排，大瓶在下。\n3. 原位置换成纸品，顾客会专门去找。\n\n"
        "## 什么时候不合适\n\n店里没有第二个插座、冷柜移不动的，先只移常温饮料。",
        412,
        40,
        6,
        Audience(),
    ),
    (
        "方便面货架：杯面加一个排面",
        "display",
        "杯面卖得比占的位置多，空间指数 131。",
        "## 怎么做\n\n把卖得最慢的两个袋面并成一个排面，空出来的给杯面。\n\n| 商品 | 现在 | 建议 |\n|---|---|---|\n| 杯面 | 2 | 3 |\n| 袋面慢销 | 2 | 1 |\n",
        180,
        25,
        12,
        Audience(formats=("convenience", "corner_shop")),
    ),
    (
        "每周二清一次临期",
        "inventory",
        "固定一天看到期日，比发现了再处理少亏一半。",
        "## 怎么做\n\n周二上午看酸奶、牛奶、面包三类，30 天内到期的放到眼睛高度，贴黄签。",
        None,
        20,
        20,
        Audience(),
    ),
    (
        "收银台旁放小包装，一次只放三种",
        "new_profit",
        "一次放三种比放八种卖得多，因为看得清。",
        "## 怎么做\n\n选三种单价 5 元以下的，两周换一种，记下每种卖了多少。",
        95,
        10,
        30,
        Audience(),
    ),
    (
        "冷柜夜里调到 6 度",
        "cost_control",
        "夜里不开门的冷柜调高 2 度，一台一个月少用约 40 度电。",
        "## 怎么做\n\n打烊后把冷柜从 4 度调到 6 度，开门前一小时调回。酸奶和牛奶的柜子**不要**动。",
        32,
        5,
        45,
        Audience(formats=("convenience", "corner_shop")),
    ),
)


def build(builder: DemoBuilder) -> None:
    """Five published notes with answers, one in review, one draft, and what the stores' figures say."""
    author = builder.people.get("expert")
    noon = datetime.combine(builder.today, time(4), ZoneInfo(builder.distributor.timezone)).astimezone(UTC)
    for title, kind, reason, text, gain, minutes, days, audience in NOTES if builder.large else NOTES[:1]:
        at = noon - timedelta(days=days)
        note = Note(
            title=title,
            kind=kind,
            reason=reason,
            text=text,
            gain=Decimal(gain) if gain is not None else None,
            minutes=minutes,
            audience=audience.as_json(),
            state=PUBLISHED,
            author_id=author.id if author else None,
            created_at=at,
            changed_at=at,
            published_at=at,
        )
        session.add(note)
        session.flush()
        session.add(_version(note, builder))
        for index, store in enumerate(builder.stores):
            if audience.includes(store):
                session.add(_recipient(builder, note, store.id, at, fresh=index == 0 and days < 25))
    if builder.large:
        session.add(_next_version(note, builder))
        for title, state in (("春节前的糖果堆头怎么摆", IN_REVIEW), ("社区团购自提点值不值得做", DRAFT)):
            session.add(
                Note(
                    title=title,
                    kind="new_profit",
                    reason="",
                    text="",
                    state=state,
                    author_id=author.id if author else None,
                )
            )

    questions.build(builder)
    campaigns.build(builder)
    computing.compute([store.id for store in builder.stores])
    planograms.compute([store.id for store in builder.stores])
    layouts.compute([store.id for store in builder.stores])


def _version(note: Note, builder: DemoBuilder) -> Version:
    """What was published, by somebody else than its author."""
    reviewer = builder.people.get("manager")
    version = Version(
        note_id=note.id, number=1, state=PUBLISHED, writers=[note.author_id], published_at=note.published_at
    )
    for name in COLUMNS:
        setattr(version, name, getattr(note, name))
    version.approved_by_id = reviewer.id if reviewer else None
    return version


def _next_version(note: Note, builder: DemoBuilder) -> Version:
    """A change that waits for a second person."""
    version = _version(note, builder)
    version.number, version.state, version.published_at, version.approved_by_id = 2, IN_REVIEW, None, None
    version.text = note.text.replace("\n\n", "\n\n先拍一张现在的照片。\n\n", 1)
    version.change, version.edits = "先拍照，做完好比较", 1
    return version


def _recipient(builder: DemoBuilder, note: Note, store_id: int, at: datetime, *, fresh: bool) -> Recipient:
    draw = builder.random.random()
    state = OPEN if fresh or draw > 0.6 else DONE if draw < 0.45 else DECLINED
    answered = at + timedelta(days=builder.random.randint(1, 5)) if state != OPEN else None
    return Recipient(
        note_id=note.id,
        store_id=store_id,
        published_at=at,
        state=state,
        seen_at=answered,
        answered_at=answered,
        reason="店里位置不够" if state == DECLINED else "",
        useful=builder.random.random() < 0.85 if state == DONE else None,
    )
