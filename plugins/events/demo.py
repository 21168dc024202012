"""Demo events."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from plugins.events.models import CLOSED, CONFIRMED, PUBLISHED, Event, Invitation, Registration
from portal.api import Audience, DemoBuilder, session


def build(builder: DemoBuilder) -> None:
    """One that is over, the order meeting of next week, a training in three weeks."""
    zone = builder.distributor.timezone
    monday = builder.today + timedelta(days=7 - builder.today.weekday())
    past = _event(builder, "秋季新品品鉴会", "product_launch", builder.today - timedelta(days=40), 14, 40, zone)
    past.state = CLOSED
    meeting = _event(builder, "饮料旺季订货会", "order_meeting", monday + timedelta(days=3), 14, 60, zone)
    meeting.text = "现场订货享阶梯政策：满 50 箱 97 折，满 100 箱 95 折并送陈列架。\n\n请带上您店近一个月的销量。"
    training = _event(builder, "冷柜陈列培训", "training", monday + timedelta(days=16), 9, 24, zone)
    training.seats_per_store = 1
    training.text = "两小时实操：冷柜怎么摆，什么时候换位，怎么拍照对比。"
    session.flush()
    for event, share in ((past, 0.5), (meeting, 0.3), (training, 0.2)):
        _fill(builder, event, share)


def _event(builder: DemoBuilder, title: str, kind: str, day: date, hour: int, seats: int, zone: str) -> Event:
    start = datetime.combine(day, time(hour), ZoneInfo(zone)).astimezone(UTC)
    event = Event(
        title=title,
        kind=kind,
        place="禾川商贸二楼会议室" if builder.large else "北原食品仓库会议室",
        starts_at=start,
        ends_at=start + timedelta(hours=3),
        deadline_at=start - timedelta(days=2),
        seats=seats,
        state=PUBLISHED,
        audience=Audience().as_json(),
        created_by_id=builder.people["manager"].id if "manager" in builder.people else None,
    )
    session.add(event)
    return event


def _fill(builder: DemoBuilder, event: Event, share: float) -> None:
    """Invite everybody; a share of the stores comes, but never store 0001, whose people sign up themselves."""
    for index, store in enumerate(builder.stores):
        session.add(Invitation(event_id=event.id, store_id=store.id))
        seats = min(event.seats_per_store, builder.random.choice((1, 1, 2)))
        if index == 0 or builder.random.random() > share or event.seats_taken + seats > event.seats:
            continue
        names = ["店长", "副店长"][:seats]
        session.add(Registration(event_id=event.id, store_id=store.id, state=CONFIRMED, attendees=names, seats=seats))
        event.seats_taken = (event.seats_taken or 0) + seats
