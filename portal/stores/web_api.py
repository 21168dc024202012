"""Stores and their contact bench in the web API."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask.views import MethodView

from portal import clock
from portal.access import requires, signed_in
from portal.accounts.viewer import current_viewer
from portal.contracts import Span
from portal.db import db
from portal.errors import NotFound, RuleBroken
from portal.files.tables import TableBroken
from portal.stores import importing, queries, services
from portal.stores.models import Contact, Store
from portal.stores.queries import StoreFilter
from portal.stores.schemas import (
    ContactDetailsSchema,
    ContactSchema,
    HandoverSchema,
    StoreChangeSchema,
    StoreDetailsSchema,
    StoreFileSchema,
    StoreImportedSchema,
    StoreImportQuery,
    StorePage,
    StoreQuery,
    StoreSchema,
    TimelineQuery,
    TimelineSchema,
)
from portal.stores.services import ContactDetails, StoreDetails
from portal.web_api.blueprint import ApiBlueprint

blueprint = ApiBlueprint(
    "stores", "stores", url_prefix="/stores", description="Stores, what happened with them, and whom we know there."
)
imports = ApiBlueprint(
    "store-imports", "store-imports", url_prefix="/store-imports", description="Stores taken in as a table."
)
contacts = ApiBlueprint(
    "contacts", "contacts", url_prefix="/contacts", description="Somebody on the contact bench of a store."
)
MOST_ENTRIES = 1000


def _visible(number: str) -> Store:
    """The store, if this person may see it."""
    viewer = current_viewer()
    viewer.must("portal.see_own_store" if viewer.is_store_side else "portal.see_stores")
    store = queries.by_number(number)
    if store is None:
        raise NotFound
    return store


@blueprint.route("")
class Stores(MethodView):
    """The list."""

    @signed_in
    @blueprint.arguments(StoreQuery, location="query")
    @blueprint.response(200, StorePage)
    def get(self, query: dict[str, Any]) -> Any:
        """Stores by number; store people see their own, a rep those assigned to it."""
        viewer = current_viewer()
        viewer.must("portal.see_own_store" if viewer.is_store_side else "portal.see_stores")
        wanted = StoreFilter(
            words=query["q"],
            region=query["region"],
            format=query["format"],
            tier=query["tier"],
            only_active=not query["all"],
        )
        return queries.page_of_stores(wanted, query["cursor"], query["limit"])

    @requires("portal.edit_stores")
    @blueprint.arguments(StoreDetailsSchema)
    @blueprint.response(201, StoreSchema)
    def post(self, values: dict[str, Any]) -> Store:
        """Add a store."""
        store = services.add_store(StoreDetails(**values))
        db.session.flush()
        return store


@imports.route("")
class StoreImports(MethodView):
    """Taking in tables of stores."""

    @requires("portal.edit_stores")
    @imports.arguments(StoreImportQuery, location="query")
    @imports.arguments(StoreFileSchema, location="files")
    @imports.response(201, StoreImportedSchema)
    def post(self, query: dict[str, Any], files: dict[str, Any]) -> Any:
        """Take in a CSV or XLSX; with a wrong row nothing is written, unless `skip_wrong_rows` leaves those out."""
        skip = query["skip_wrong_rows"]
        result = importing.import_stores(files["file"].read(), skip_wrong_rows=skip)
        if result.errors and not result.written:
            raise TableBroken(result.errors)
        return {"added": result.added, "changed": result.changed, "left_out": len({e.row for e in result.errors})}


@blueprint.route("/<string:number>")
class OneStore(MethodView):
    """One store."""

    @signed_in
    @blueprint.response(200, StoreSchema)
    def get(self, number: str) -> Store:
        """One store by its number."""
        return _visible(number)

    @requires("portal.edit_stores")
    @blueprint.arguments(StoreChangeSchema)
    @blueprint.response(200, StoreSchema)
    def patch(self, values: dict[str, Any], number: str) -> Store:
        """Change what is sent, and nothing else."""
        store = _visible(number)
        return services.change_store(store, replace(services.details_of(store), **values))


@blueprint.route("/<string:number>/timeline")
class Timeline(MethodView):
    """The whole relationship."""

    @signed_in
    @blueprint.arguments(TimelineQuery, location="query")
    @blueprint.response(200, TimelineSchema)
    def get(self, query: dict[str, Any], number: str) -> dict[str, Any]:
        """What happened between the store and its distributor, the latest first, from every plug-in."""
        store = _visible(number)
        until = clock.now() + timedelta(minutes=1)
        found = queries.timeline(store, Span(until - timedelta(days=query["days"]), until))
        return {"items": found[:MOST_ENTRIES]}


@blueprint.route("/<string:number>/contacts")
class Contacts(MethodView):
    """The contact bench."""

    @requires("portal.see_stores")
    @blueprint.response(200, ContactSchema(many=True))
    def get(self, number: str) -> Any:
        """The people of the store that are known, those who are there first."""
        return queries.bench(_visible(number).id)

    @requires("portal.edit_contacts")
    @blueprint.arguments(ContactDetailsSchema)
    @blueprint.response(201, ContactSchema)
    def post(self, values: dict[str, Any], number: str) -> Contact:
        """Somebody joins the bench."""
        contact = services.add_contact(_visible(number), ContactDetails(**values))
        db.session.flush()
        return contact


@contacts.route("/<int:contact_id>")
class OneContact(MethodView):
    """Somebody on the bench."""

    @requires("portal.see_stores")
    @contacts.response(200, ContactSchema)
    def get(self, contact_id: int) -> Contact:
        """One contact."""
        return queries.contact(contact_id)

    @requires("portal.edit_contacts")
    @contacts.arguments(ContactDetailsSchema)
    @contacts.response(200, ContactSchema)
    def put(self, values: dict[str, Any], contact_id: int) -> Contact:
        """Bring what is known up to date."""
        return services.change_contact(queries.contact(contact_id), ContactDetails(**values))


@contacts.route("/<int:contact_id>/handover")
class Handover(MethodView):
    """Somebody leaves."""

    @requires("portal.edit_contacts")
    @contacts.arguments(HandoverSchema)
    @contacts.response(200, ContactSchema)
    def post(self, values: dict[str, Any], contact_id: int) -> Contact:
        """Somebody leaves the store; what was theirs goes to the successor."""
        contact = queries.contact(contact_id)
        wanted = values["successor_id"]
        successor = next((known for known in queries.bench(contact.store_id) if known.id == wanted), None)
        if wanted is not None and (successor is None or successor.left_on is not None):
            raise RuleBroken("successor_id", "unknown contact of this store")
        return services.hand_over(contact, left_on=values["left_on"], successor=successor, note=values["note"])
