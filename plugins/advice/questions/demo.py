"""A few questions of demo stores."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from plugins.advice.questions.models import ANSWERED, ASKED, CLOSED, Question, QuestionMessage
from plugins.advice.questions.services import answer_due
from portal.api import DemoBuilder, Membership, clock, index, session

# store, kind, question, days ago, state, answer, rating
QUESTIONS = (
    (0, "layout", "收银台旁边只剩 60 厘米，放口香糖还是电池？", 0, ASKED, "", None),
    (0, "display", "冷柜最上面一层总是卖得慢，怎么摆？", 4, ANSWERED, "最上层放成箱买的大瓶水，顾客不用弯腰比价；把卖得快的酸奶移到第二层。先试两周，记下每天卖几瓶。", None),
    (1, "cost_control", "门头灯一个月电费两百多，换 LED 多久回本？", 9, CLOSED, "按每天亮 6 小时算，换 4 盏一年省约 900 元，材料和人工 700 元左右，九个月回本。", 5),
    (2, "new_profit", "附近开了学校，早餐值不值得做？", 3, ASKED, "", None),
    (1, "shopper_engagement", "会员群里发什么才不会被退群？", 12, CLOSED, "一周最多两条：一条当天到的新鲜货，一条只给群里人的小优惠。别转发广告。", 4),
)  # fmt: skip


def build(builder: DemoBuilder) -> None:
    """One fresh question, one that is late, one answered, two closed."""
    expert, zone = builder.people.get("expert"), ZoneInfo(builder.distributor.timezone)
    owner = session.scalar(select(Membership.id).where(Membership.person_id == expert.id)) if expert else None
    for place, kind, text, days, state, answer, rating in QUESTIONS if builder.large else QUESTIONS[:1]:
        if place >= len(builder.stores):
            continue
        store = builder.stores[place]
        day = builder.today - timedelta(days=days)
        at = datetime.combine(day, time(10), zone).astimezone(UTC) if days else clock.now() - timedelta(minutes=40)
        answered = at + timedelta(hours=4) if answer else None
        question = Question(
            store_id=store.id,
            kind=kind,
            text=text,
            state=state,
            owner_membership_id=owner,
            asked_by_id=_manager_of(store.id),
            asked_at=at,
            clock_from=at,
            answer_due_at=answer_due(at, builder.distributor.timezone),
            answered_at=answered,
            closed_at=answered + timedelta(days=1) if answered and state == CLOSED else None,
            rating=rating,
        )
        session.add(question)
        session.flush()
        if answer:
            session.add(_answer(question, answer, expert.id if expert else None))
        index("advice.question", question.id, "\n".join((text, store.number, store.name, answer)), store_id=store.id)


def _manager_of(store_id: int) -> int | None:
    found = select(Membership.person_id).where(Membership.store_id == store_id).order_by(Membership.id)
    return session.scalar(found.limit(1))


def _answer(question: Question, text: str, author_id: int | None) -> QuestionMessage:
    return QuestionMessage(
        question_id=question.id,
        store_id=question.store_id,
        author_id=author_id,
        by_store=False,
        text=text,
        created_at=question.answered_at,
    )
