"""The whole contract between the portal and a plug-in: what a plug-in declares, and what it answers when asked.

A plug-in subclasses `Plugin`, sets the facts, and overrides what it needs. Every member has a default that
contributes nothing. docs/plugins.md goes through it member by member.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

if TYPE_CHECKING:
    import click
    from flask import Blueprint
    from markupsafe import Markup
    from sqlalchemy import Select
    from wtforms import Form

    from portal.accounts.models import Distributor, Person
    from portal.accounts.viewer import Viewer
    from portal.stores.models import Store

API_VERSION = (1, 0)

Text = Annotated[Any, "text"]  # a str or a lazy translation; never HTML
Side = Literal["distributor", "store"]
State = Literal["run", "ok", "soon", "late", "wait", ""]


@dataclass(frozen=True, slots=True)
class Span:
    """A span of time, `start` inclusive, `end` exclusive; both aware."""

    start: datetime
    end: datetime

    def __contains__(self, moment: datetime) -> bool:
        return self.start <= moment < self.end


@dataclass(frozen=True, slots=True)
class Permission:
    """Something a person may do; `roles` are the built-in roles that have it from the start."""

    name: str
    title: Text
    side: Side | Literal["both"]
    roles: tuple[str, ...] = ()


# How much waits in a place. A Select of one number is not run by the plug-in: the portal asks all counts of a page in
# one query, behind the walls. The same object each time, made once, is the cheapest. A number is taken as it is.
Count = Callable[["Viewer"], "Select[Any] | int"]


@dataclass(frozen=True, slots=True)
class NavItem:
    """A place in the navigation; shown to who has the permission. On a store's phone only `tab` items are tabs.

    count: how much waits there, as a statement that gives one number (or as the number itself); 0 shows nothing.
    """

    title: Text
    endpoint: str
    icon: str
    permission: str
    side: Side
    group: Literal["daily", "tools", "admin"] = "daily"
    order: int = 50
    tab: bool = False
    count: Count | None = None


@dataclass(frozen=True, slots=True)
class NotificationKind:
    """A kind of message a person can switch on or off; urgent ones break quiet hours."""

    name: str
    title: Text
    side: Side
    urgent: bool = False
    mail_by_default: bool = True


@dataclass(frozen=True, slots=True)
class Subscription:
    """Call `handler(**ids)` when the named core signal is sent, inside the sender's transaction."""

    signal: str
    handler: Callable[..., None]


@dataclass(frozen=True, slots=True)
class PublicSignal:
    """A signal that other systems may hear of by web hook; of what it carries only `ids` leave the portal."""

    name: str
    title: Text
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AuditTitle:
    """What the audit log calls an action ("advice.published"), by its table a kind of object ("advice_note"), a field
    of the details ("advice.details.proof") or a code in one ("trade.details.kind.sales").
    """

    name: str
    title: Text


@dataclass(frozen=True, slots=True)
class Job:
    """Work outside of a request: `run(**arguments)` under the distributor that enqueued it.

    cron: five fields, in the distributor's time zone, for work that starts by itself once per distributor.
    """

    name: str
    run: Callable[..., None]
    title: Text
    queue: str = "default"
    tries: int = 5
    lease_seconds: int = 120
    cron: str = ""


@dataclass(frozen=True, slots=True)
class HomeCard:
    """What a person should do today, what it is worth, and why."""

    title: Text
    body: Text
    url: str
    action: Text
    icon: str
    kind: Text = ""
    secondary_url: str = ""
    secondary_action: Text = ""
    due: datetime | None = None
    gain: Decimal | None = None
    risk: Decimal | None = None
    period: Literal["", "month"] = ""
    priority: int = 50
    chart: Markup | None = None
    section: Literal["advice", "open", "next", "news"] = "open"
    state: State = ""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """Something that happened between a store and its distributor."""

    at: datetime
    title: Text
    icon: str
    text: Text = ""
    url: str = ""
    state: State = ""


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """Something with a date; `uid` is stable for ever, `sequence` grows with changes; a deadline ends as it starts."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    title: Text
    icon: str
    url: str = ""
    place: str = ""
    all_day: bool = False
    state: State = ""
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One thing found."""

    title: Text
    url: str
    kind: Text
    icon: str
    text: Text = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoreSignal:
    """A measurement about a store that others may use; `value` in the unit that the name carries, `url` where it is from."""

    name: str
    title: Text
    value: float
    at: datetime
    state: State = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A large number with its unit and what it is compared with."""

    label: Text
    value: str
    unit: str = ""
    comparison: Text = ""
    state: State = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text; numbers are aligned right in `numeric` columns (by index)."""

    caption: Text
    head: tuple[Text, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()
    source: Text = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """Data of a chart, drawn by portal.charts in the page and in the PDF alike."""

    kind: Literal["line", "bars", "rows", "stacked", "range"]
    title: Text
    labels: tuple[str, ...]
    series: tuple[tuple[Text, tuple[float | None, ...]], ...]
    unit: str = ""
    source: Text = ""


@dataclass(frozen=True, slots=True)
class BriefingQuery:
    """What a briefing asks each plug-in: for which store (None: the common part), which span, in which language."""

    store: Store | None
    span: Span
    language: str


@dataclass(frozen=True, slots=True)
class BriefingSection:
    """A part of a briefing as data, never HTML; `key` is unique inside the plug-in and stable.

    worth: what the store can gain in a month by what stands here; the covers of briefings carry the sum.
    """

    key: str
    title: Text
    lede: Text = ""
    paragraphs: tuple[Text, ...] = ()
    figures: tuple[KeyFigure, ...] = ()
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()
    points: tuple[Text, ...] = ()
    sources: tuple[Text, ...] = ()
    order: int = 50
    personal: bool = False
    worth: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PersonalData:
    """What a plug-in keeps about a person: for the export, and how it is erased."""

    title: Text
    rows: tuple[Mapping[str, Any], ...] = ()


@dataclass(slots=True)
class DemoBuilder:
    """What the demo hands to each plug-in: a seeded random source, the stores, the people by role, and today."""

    random: Any
    distributor: Distributor
    stores: Sequence[Store]
    people: Mapping[str, Person]
    today: date
    large: bool
    notes: dict[str, Any] = field(default_factory=dict)


class Plugin:
    """Everything a distributor does for a store is a plug-in; this is all the portal knows of it."""

    name: ClassVar[str]
    """Prefix of tables, URLs, endpoints, permissions; text domain and Alembic branch label."""
    title: ClassVar[Text]
    description: ClassVar[Text] = ""
    version: ClassVar[str]
    icon: ClassVar[str] = "puzzle"
    requires_api: ClassVar[tuple[int, int]] = API_VERSION
    requires: ClassVar[tuple[str, ...]] = ()
    settings_form: ClassVar[type[Form] | None] = None
    default_settings: ClassVar[Mapping[str, Any]] = {}
    shared_tables: ClassVar[Mapping[str, str]] = {}
    """Tables whose rows belong to no distributor, each with the reason; every other table stands behind the walls."""

    # Read once, at the start of a process.

    def blueprints(self) -> Iterable[Blueprint]:
        """Pages; the portal mounts each under /<name>, and every view declares its permission."""
        return ()

    def api_blueprints(self) -> Iterable[Any]:
        """flask-smorest blueprints of the web API; mounted under /api/v1."""
        return ()

    def permissions(self) -> Iterable[Permission]:
        """What people may do here; names start with the plug-in's name and a dot."""
        return ()

    def nav_items(self) -> Iterable[NavItem]:
        """Places in the navigation."""
        return ()

    def commands(self) -> Iterable[click.Command]:
        """Commands under `flask <name> ...`."""
        return ()

    def jobs(self) -> Iterable[Job]:
        """Work outside of requests; job names start with the plug-in's name and a dot."""
        return ()

    def notification_kinds(self) -> Iterable[NotificationKind]:
        """Kinds of messages; names start with the plug-in's name and a dot."""
        return ()

    def subscriptions(self) -> Iterable[Subscription]:
        """Core signals it listens to."""
        return ()

    def public_signals(self) -> Iterable[PublicSignal]:
        """Signals of its own that a distributor may have sent to other systems; names as in signal()."""
        return ()

    def audit_titles(self) -> Iterable[AuditTitle]:
        """Words for what it records: actions and details start with the plug-in's name and a dot, objects are its tables."""
        return ()

    # Asked for one distributor at a time, contained when it fails.

    def home_cards(self, viewer: Viewer) -> Iterable[HomeCard]:
        """What this person should see today."""
        return ()

    def timeline(self, store: Store, span: Span) -> Iterable[TimelineEntry]:
        """What happened with this store in the span."""
        return ()

    def calendar_entries(self, viewer: Viewer, span: Span) -> Iterable[CalendarEntry]:
        """What this person has in the span."""
        return ()

    def search(self, query: str, viewer: Viewer) -> Iterable[SearchHit]:
        """At most 10 things this person may see that match."""
        return ()

    def briefing_sections(self, query: BriefingQuery) -> Iterable[BriefingSection]:
        """What this plug-in has to say in a briefing."""
        return ()

    def store_signals(self, store: Store, span: Span) -> Iterable[StoreSignal]:
        """Measurements about a store."""
        return ()

    def personal_data(self, person: Person) -> Iterable[PersonalData]:
        """What is kept about this person, for the person to read."""
        return ()

    def erase_person(self, person: Person) -> None:
        """Remove the person's name and free text; what business records must keep stays without the name."""

    def demo(self, builder: DemoBuilder) -> None:
        """Write demo data for one distributor."""

    # Life

    def activated(self, distributor: Distributor) -> None:
        """Called when a distributor switches the plug-in on."""

    def deactivated(self, distributor: Distributor) -> None:
        """Called when a distributor switches the plug-in off; data stays."""
