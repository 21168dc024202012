"""Demo complaints: most of them ended well, a few open, one overdue."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from PIL import Image, ImageDraw
from sqlalchemy import select

from plugins.complaints import services
from plugins.complaints.methods import stages
from plugins.complaints.models import SERVICE, Complaint, Message
from plugins.complaints.numbers import next_number
from portal.api import DemoBuilder, Membership, Store, clock, session

ANSWER, SOLUTION = timedelta(hours=12), timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class Case:
    """A complaint as stores write them, and what we say to it."""

    category: str
    text: str
    answer: str
    product: str = ""
    unit: str = "piece"
    wish: str = ""


CASES = (
    Case(
        "damage_short",
        "早上送的货，下面一箱全湿了，有几瓶漏气。",
        "抱歉，车上压坏的。明天随车补给您。",
        "汽水 330ml",
        "bottle",
        "replace",
    ),
    Case(
        "near_expiry",
        "到货的饼干只剩 40 天，卖不完。",
        "给您换新日期的，周四带走旧货。",
        "苏打饼干 400g",
        "box",
        "return",
    ),
    Case(
        "quality",
        "酸奶胀包，三杯打开有味道。",
        "请先下架同批次，我们已联系厂家，全部换新。",
        "原味酸奶 200g",
        "piece",
        "replace",
    ),
    Case(
        "price_fee",
        "上月陈列费还没有到账。",
        "财务已核对，这周五前打到店里账户。",
        wish="credit",
    ),
    Case(
        "invoice",
        "发票抬头开错了，写成了隔壁店。",
        "已作废重开，电子发票今天发您。",
        wish="advise",
    ),
    Case(
        "damage_short",
        "少送两箱方便面，送货单上有。",
        "仓库漏装，下午补送到店。",
        "红烧牛肉面 5 连包",
        "case",
        "replace",
    ),
    Case(
        "quality",
        "薯片漏气发软，客人退回来。",
        "收到照片，给您换货，并扣回这几包的货款。",
        "原切薯片 70g",
        "bag",
        "credit",
    ),
    Case(
        "service",
        "送货总在中午最忙的时候来。",
        "以后改到下午两点以后，已经通知车队。",
        wish="advise",
    ),
    Case(
        "other",
        "冷柜灯不亮，顾客看不清。",
        "师傅明天上午到店修。",
        wish="advise",
    ),
    Case(
        "near_expiry",
        "牛奶送来只剩 9 天。",
        "明天换新日期，旧的退回。",
        "纯牛奶 250ml",
        "case",
        "return",
    ),
)


def build(builder: DemoBuilder) -> None:
    """About 25 for the large distributor; store 0001 has one that is being handled."""
    members = {
        member.person_id: member.id
        for member in session.scalars(select(Membership).where(Membership.store_id.is_(None)))
    }
    owners = {role: members.get(person.id) for role, person in builder.people.items()}
    count = 22 if builder.large else 4
    ages = sorted((builder.random.uniform(6, 150) for _index in range(count)), reverse=True)
    moments = [_moment(builder, days) for days in ages]
    for index, moment in enumerate(moments):
        case = CASES[index % len(CASES)]
        store = builder.random.choice(builder.stores)
        _ended(builder, case, store, moment, owners, refused=index % 11 == 9)
    now = clock.now()
    if builder.large:
        _open(builder, CASES[6], builder.stores[5 % len(builder.stores)], now - timedelta(hours=20), owners)
        _open(builder, CASES[5], builder.stores[9 % len(builder.stores)], now - timedelta(hours=2), owners)
    _handled(builder, now - timedelta(hours=7), owners)


def _moment(builder: DemoBuilder, days_ago: float) -> datetime:
    day = builder.today - timedelta(days=int(days_ago))
    local = datetime.combine(day, time(builder.random.randint(8, 17), builder.random.randint(0, 59)))
    return local.replace(tzinfo=ZoneInfo(builder.distributor.timezone))


def _filed(builder: DemoBuilder, case: Case, store: Store, moment: datetime) -> Complaint:
    about_rep = case.category == SERVICE
    complaint = Complaint(
        store_id=store.id,
        number=next_number(builder.distributor.timezone, moment),
        category=case.category,
        text=case.text,
        product=case.product,
        batch=f"L{moment:%y%m}{builder.random.randint(10, 28)}{builder.random.choice('AB')}" if case.product else "",
        quantity=Decimal(builder.random.randint(2, 24)) if case.product else None,
        quantity_unit=case.unit,
        wish=case.wish,
        about_rep=about_rep,
        about_membership_id=store.rep_membership_id if about_rep else None,
        created_at=moment,
        answer_due_at=moment + ANSWER,
        resolve_due_at=moment + SOLUTION,
        next_due_at=moment + ANSWER,
    )
    session.add(complaint)
    session.flush()
    return complaint


def _said(complaint: Complaint, moment: datetime, author_id: int | None, text: str = "", state: str = "") -> None:
    by_store = state in (stages.CONFIRMED,)
    session.add(
        Message(
            complaint_id=complaint.id,
            store_id=complaint.store_id,
            author_id=author_id,
            by_store=by_store,
            text=text,
            state_after=state,
            created_at=moment,
        )
    )


def _answered(
    builder: DemoBuilder, complaint: Complaint, case: Case, moment: datetime, owners: dict[str, int | None]
) -> int | None:
    role = "rep" if not complaint.about_rep and "rep" in owners else "manager"
    store = next(store for store in builder.stores if store.id == complaint.store_id)
    if role == "rep" and store.rep_membership_id != owners["rep"]:
        role = "manager"
    author = builder.people[role].id if role in builder.people else None
    complaint.owner_membership_id = owners.get(role)
    complaint.acknowledged_at = complaint.first_answered_at = moment
    complaint.state, complaint.next_due_at = stages.ANSWERED, complaint.resolve_due_at
    _said(complaint, moment, author, case.answer)
    return author


def _ended(
    builder: DemoBuilder, case: Case, store: Store, moment: datetime, owners: dict[str, int | None], *, refused: bool
) -> None:
    complaint = _filed(builder, case, store, moment)
    answered = moment + timedelta(minutes=builder.random.randint(15, 600))
    author = _answered(builder, complaint, case, answered, owners)
    complaint.is_open = False
    if refused:
        complaint.state, complaint.closed_at = stages.REFUSED, answered + timedelta(hours=3)
        _said(complaint, complaint.closed_at, author, "核对过，不是我们送的批次。", stages.REFUSED)
    else:
        complaint.remedied_at = answered + timedelta(hours=builder.random.randint(4, 60))
        complaint.confirmed_at = complaint.remedied_at + timedelta(hours=builder.random.randint(1, 20))
        complaint.closed_at = complaint.confirmed_at + timedelta(hours=1)
        complaint.state = stages.CLOSED
        _said(complaint, complaint.remedied_at, author, state=stages.REMEDIED)
        _said(complaint, complaint.confirmed_at, None, state=stages.CONFIRMED)
        _said(complaint, complaint.closed_at, author, state=stages.CLOSED)
    services.reindex(complaint)


def _open(builder: DemoBuilder, case: Case, store: Store, moment: datetime, owners: dict[str, int | None]) -> None:
    """Nobody has answered yet: overdue when it is older than the promised time."""
    services.reindex(_filed(builder, case, store, moment))


def _handled(builder: DemoBuilder, moment: datetime, owners: dict[str, int | None]) -> None:
    """The one of store 0001, with two photos, answered and to be put right."""
    complaint = _filed(builder, CASES[0], builder.stores[0], moment)
    complaint.batch, complaint.quantity = "L260214B", Decimal(12)
    person = builder.people.get("store") or builder.people.get("store_manager")
    complaint.created_by_id = person.id if person else None
    services.keep_photos(complaint, [_box((138, 94, 52)), _box((96, 128, 92))])
    _answered(builder, complaint, CASES[0], moment + timedelta(minutes=42), owners)
    services.reindex(complaint)


def _box(ground: tuple[int, int, int]) -> bytes:
    """A drawn picture of a broken box, as nobody's photo belongs into a demo."""
    image = Image.new("RGB", (960, 720), ground)
    draw = ImageDraw.Draw(image)
    draw.polygon([(110, 250), (480, 120), (850, 250), (850, 580), (480, 680), (110, 580)], fill=(199, 154, 99))
    draw.line([(110, 250), (480, 360), (850, 250)], fill=(122, 90, 48), width=8)
    draw.line([(480, 360), (480, 680)], fill=(122, 90, 48), width=8)
    draw.polygon([(170, 520), (310, 470), (390, 580), (230, 610)], fill=(95, 143, 160))
    draw.line([(560, 430), (650, 470), (620, 530), (700, 580)], fill=(60, 40, 20), width=10)
    data = io.BytesIO()
    image.save(data, "JPEG", quality=85)
    return data.getvalue()
