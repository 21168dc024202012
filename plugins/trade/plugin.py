"""What the trade plug-in declares."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l

from plugins.trade import contributions, jobs
from plugins.trade.audit import AUDIT_TITLES
from plugins.trade.commands import import_file
from plugins.trade.fixtures.views import blueprint as fixtures
from plugins.trade.fixtures.web_api import blueprint as fixtures_api
from plugins.trade.floors.views import blueprint as floors
from plugins.trade.floors.web_api import blueprint as floors_api
from plugins.trade.importing.batch_api import blueprint as batches_api
from plugins.trade.importing.views import blueprint as uploads
from plugins.trade.navigation import NAV_ITEMS
from plugins.trade.orders.views import blueprint as orders
from plugins.trade.orders.web_api import blueprint as orders_api
from plugins.trade.views import blueprint
from plugins.trade.web_api import blueprint as web_api
from portal.api import (
    AuditTitle,
    BriefingQuery,
    BriefingSection,
    DemoBuilder,
    HomeCard,
    Job,
    NavItem,
    NotificationKind,
    Permission,
    Person,
    PersonalData,
    Plugin,
    PublicSignal,
    SearchHit,
    Span,
    Store,
    StoreSignal,
    TimelineEntry,
    Viewer,
)

LEADERS = ("administrator", "manager")
OUR_PEOPLE = (*LEADERS, "expert", "rep")
STORE_PEOPLE = ("store_manager", "store_staff")


class TradePlugin(Plugin):
    """Products, sell-through and stock with batches: the facts, by upload or by API."""

    name = "trade"
    title = _l("Sales and stock")
    description = _l(
        "Products, daily sales and stock with batches, by upload or by API: the facts behind every advice."
    )
    version = "1.0"
    icon = "package"

    def blueprints(self) -> Iterable[Any]:
        """Pages."""
        return (blueprint, orders, fixtures, floors, uploads)

    def api_blueprints(self) -> Iterable[Any]:
        """Web API."""
        return (web_api, batches_api, orders_api, fixtures_api, floors_api)

    def permissions(self) -> Iterable[Permission]:
        """Who reads, who brings tables, who keeps the products."""
        return (
            Permission("trade.see", _l("See sales and stock"), "both", (*OUR_PEOPLE, *STORE_PEOPLE)),
            Permission("trade.upload", _l("Upload sales and stock"), "both", (*LEADERS, "rep", *STORE_PEOPLE)),
            Permission("trade.order", _l("Order for the store"), "store", STORE_PEOPLE),
            Permission("trade.answer_orders", _l("Confirm or refuse orders"), "distributor", (*LEADERS, "rep")),
            Permission(
                "trade.deliver", _l("Say that an order was delivered"), "both", (*LEADERS, "rep", *STORE_PEOPLE)
            ),
            Permission("trade.fixtures", _l("Keep shelf units and floor plans"), "both", (*OUR_PEOPLE, *STORE_PEOPLE)),
            Permission("trade.products", _l("Keep the products"), "distributor", LEADERS),
        )

    def nav_items(self) -> Iterable[NavItem]:
        """Orders, products and plans on the desk; the own sell-through in the store."""
        return NAV_ITEMS

    def commands(self) -> Iterable[Any]:
        """flask trade import."""
        return (import_file,)

    def jobs(self) -> Iterable[Job]:
        """The groups of comparable stores."""
        return jobs.JOBS

    def notification_kinds(self) -> Iterable[NotificationKind]:
        """Orders, to who delivers; answers, to the store."""
        return (
            NotificationKind("trade.order_requested", _l("A store ordered"), "distributor"),
            NotificationKind("trade.order_answered", _l("Your order was answered"), "store"),
        )

    def public_signals(self) -> Iterable[PublicSignal]:
        """What other systems may hear of."""
        return (
            PublicSignal("trade.sales_changed", _l("Sales of a store came in"), ("store_id",)),
            PublicSignal("trade.receipts_changed", _l("Receipts of a store came in"), ("store_id",)),
            PublicSignal("trade.stock_changed", _l("The stock of a store came in"), ("store_id",)),
            PublicSignal(
                "trade.planogram_changed", _l("What stands on the shelves of a store was changed"), ("store_id",)
            ),
            PublicSignal("trade.floor_changed", _l("The floor plan of a store was changed"), ("store_id",)),
            PublicSignal("trade.order_changed", _l("An order was made or answered"), ("order_id",)),
        )

    def timeline(self, store: Store, span: Span) -> Iterable[TimelineEntry]:
        """Orders."""
        return contributions.timeline(store, span)

    def personal_data(self, person: Person) -> Iterable[PersonalData]:
        """Orders and uploads."""
        return contributions.personal_data(person)

    def audit_titles(self) -> Iterable[AuditTitle]:
        """What the audit log calls it."""
        return AUDIT_TITLES

    def home_cards(self, viewer: Viewer) -> Iterable[HomeCard]:
        """Asks for figures when they are old."""
        return contributions.home_cards(viewer)

    def search(self, query: str, viewer: Viewer) -> Iterable[SearchHit]:
        """Products."""
        return contributions.search(query, viewer)

    def briefing_sections(self, query: BriefingQuery) -> Iterable[BriefingSection]:
        """What sold in the store."""
        return contributions.briefing_sections(query)

    def store_signals(self, store: Store, span: Span) -> Iterable[StoreSignal]:
        """Units and their change."""
        return contributions.store_signals(store, span)

    def demo(self, builder: DemoBuilder) -> None:
        """A year of plausible sales."""
        from plugins.trade import demo

        demo.build(builder)
