"""The demo: two distributors with their people and stores, made by code from a fixed seed, dates relative to today."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from sqlalchemy import select

from portal import clock
from portal.accounts.models import Distributor, Person
from portal.accounts.services import create_distributor, create_person, join
from portal.contracts import DemoBuilder
from portal.db import db, write_intent
from portal.host import Failure, the_host
from portal.host.containment import tell
from portal.stores.models import Contact, Store
from portal.tenancy import Scope, acting_for, all_distributors

PASSWORD = "demo-storewise"  # noqa: S105 (printed for everybody to read)
SEED = 20_260_101

# Districts of an invented city, streets, and how shops there are called.
REGIONS = ("城南", "城北", "城东", "城西", "开发区", "河西")
STREETS = (
    "城南路",
    "学府路",
    "人民路",
    "东门街",
    "新村路",
    "桥头街",
    "解放路",
    "滨河路",
    "振兴街",
    "文化巷",
    "和平路",
    "工业大道",
)
NAMES = {
    "convenience": ("邻里便利店", "晨光便利", "每日鲜便利", "好邻居便利"),
    "supermarket": ("新村生活超市", "惠民超市", "万家福超市", "东门百货超市"),
    "corner_shop": ("晨光小店", "福满门", "桥头小站", "老街烟酒店"),
    "hypermarket": ("大润购物广场", "金鼎购物中心"),
}
SURNAMES = "林王李张刘陈杨赵黄周吴徐孙胡朱高何郭马罗"
GIVEN = (
    "建国",
    "秀英",
    "志强",
    "丽华",
    "伟",
    "芳",
    "娜",
    "敏",
    "静",
    "强",
    "磊",
    "军",
    "洋",
    "艳",
    "勇",
    "杰",
    "娟",
    "涛",
    "明",
    "超",
)


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody with a demo log-in."""

    address: str
    name: str
    role: str
    phone: str


FIRST_PEOPLE = (
    DemoPerson("admin@demo.example", "沈一鸣", "administrator", "+8613800000001"),
    DemoPerson("manager@demo.example", "韩主管", "manager", "+8613800000002"),
    DemoPerson("expert@demo.example", "何老师", "expert", "+8613800000003"),
    DemoPerson("rep@demo.example", "周启明", "rep", "+8613800000004"),
    DemoPerson("store@demo.example", "林店长", "store_manager", "+8613800000005"),
    DemoPerson("staff@demo.example", "小陈", "store_staff", "+8613800000006"),
)
OTHER_PEOPLE = (
    DemoPerson("admin@other.example", "吴总", "administrator", "+8613800000011"),
    DemoPerson("rep@other.example", "郑业务", "rep", "+8613800000014"),
    DemoPerson("store@other.example", "王店长", "store_manager", "+8613800000012"),
)


def is_loaded() -> bool:
    """Whether a distributor exists already."""
    with all_distributors(reason="is there a demo", quiet=True):
        return db.session.scalar(select(Distributor.id).limit(1)) is not None


def is_the_demo() -> bool:
    """Whether the demo's people are here, whose password everybody knows."""
    with all_distributors(reason="is this the demo", quiet=True):
        return db.session.scalar(select(Person.id).where(Person.email == FIRST_PEOPLE[0].address)) is not None


def load() -> list[Failure]:
    """Write the whole demo, one commit; which third-party plug-ins could not write their part."""
    token = write_intent.set(True)
    try:
        failures = _distributor("demo", "禾川商贸", FIRST_PEOPLE, stores=60)
        failures += _distributor("other", "北原食品", OTHER_PEOPLE, stores=4)
        db.session.commit()
        return failures
    finally:
        write_intent.reset(token)


def _distributor(slug: str, name: str, cast: tuple[DemoPerson, ...], *, stores: int) -> list[Failure]:
    source = random.Random(f"{SEED}-{slug}")
    distributor = create_distributor(slug, name)
    today = clock.today(distributor.timezone)
    with acting_for(Scope(distributor.id)):
        people: dict[str, Person] = {}
        rep_id = None
        for entry in (person for person in cast if not person.role.startswith("store")):
            people[entry.role], member_id = _member(entry, None)
            rep_id = member_id if entry.role == "rep" else rep_id
        made = [_store(source, index, today, rep_id) for index in range(stores)]
        db.session.flush()
        for entry in (person for person in cast if person.role.startswith("store")):
            people[entry.role], _member_id = _member(entry, made[0])
        _contacts(source, made, today)
        builder = DemoBuilder(source, distributor, made, people, today, large=stores > 10)
        return _fill(builder)


def _fill(builder: DemoBuilder) -> list[Failure]:
    """Let each plug-in write its part; a bundled one has to, a third-party one that fails is undone and named."""
    host = the_host()
    failures = []
    for plugin in host.active():
        if host.is_bundled(plugin.name):
            host.call(plugin, "demo", builder)
        elif failure := tell(plugin, "demo", partial(plugin.demo, builder)):
            failures.append(failure)
    return failures


def _member(entry: DemoPerson, store: Store | None) -> tuple[Person, int]:
    with all_distributors(reason="demo person", quiet=True):
        person = create_person(entry.name, email=entry.address, phone=entry.phone, password=PASSWORD)
    return person, join(person, entry.role, store=store).id


def _store(source: random.Random, index: int, today: date, rep_id: int | None) -> Store:
    """Store 0001 is the neighbourhood shop of the demo's store people; the rest is drawn."""
    kind = "convenience" if index == 0 else source.choices(tuple(NAMES), (30, 14, 14, 2))[0]
    low, high = {
        "convenience": (40, 120),
        "supermarket": (200, 900),
        "corner_shop": (15, 45),
        "hypermarket": (2500, 6000),
    }[kind]
    region = REGIONS[0] if index == 0 else source.choice(REGIONS)
    street = STREETS[0] if index == 0 else source.choice(STREETS)
    base = NAMES[kind][0] if index == 0 else source.choice(NAMES[kind])
    tier = "B" if index == 0 else {"hypermarket": "KA"}.get(kind) or source.choices("ABC", (2, 4, 6))[0]
    store = Store(
        number=f"{index + 1:04}",
        name=f"{base} · {street}" if index < 12 else f"{base} · {street}{index}号",
        format=kind,
        tier=tier,
        region=region,
        address=f"{region}{street}{source.randint(1, 320)}号",
        area_m2=float(source.randint(low, high)),
        opened_on=today - timedelta(days=source.randint(200, 4000)),
        rep_membership_id=rep_id if index < 30 else None,
    )
    db.session.add(store)
    return store


def _contacts(source: random.Random, stores: list[Store], today: date) -> None:
    """Most stores have two known people or more; every sixth has one, so that the bench warns."""
    for index, store in enumerate(stores):
        for place in range(1 if index % 6 == 5 else source.choice((2, 2, 3))):
            db.session.add(
                Contact(
                    store_id=store.id,
                    name="林店长" if index == 0 and place == 0 else source.choice(SURNAMES) + source.choice(GIVEN),
                    position=("店长", "副店长", "收银员")[place],
                    phone=f"138{source.randint(10_000_000, 99_999_999)}",
                    is_main=place == 0,
                    since=today - timedelta(days=source.randint(60, 900)),
                )
            )
