"""Web hooks in the web API: with the rights, the services and the discretion of their pages."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView

from portal import clock
from portal.access import requires
from portal.db import db
from portal.notifications.kinds import MANAGE
from portal.outbound import failure_in_words
from portal.web_api.blueprint import ApiBlueprint, PageArguments
from portal.web_api.shown_once import told_once
from portal.webhooks import queries, services
from portal.webhooks.events import events_on_offer
from portal.webhooks.models import WebHook, WebHookDelivery
from portal.webhooks.schemas import (
    NewWebHookSchema,
    SecretWebHookSchema,
    WebHookChangeSchema,
    WebHookDeliveryPage,
    WebHookDeliverySchema,
    WebHookEventsSchema,
    WebHookSchema,
    WebHooksSchema,
)
from portal.webhooks.services import HookPlan

blueprint = ApiBlueprint(
    "web_hooks", "web_hooks", url_prefix="/web-hooks", description="Other systems that hear at once what happened."
)


@blueprint.route("")
class WebHooks(MethodView):
    """The list."""

    @requires(MANAGE)
    @blueprint.response(200, WebHooksSchema)
    def get(self) -> dict[str, Any]:
        """All of them; there are 50 at most."""
        return {"items": [_hook(hook) for hook in queries.all_hooks()]}

    @requires(MANAGE)
    @blueprint.arguments(NewWebHookSchema)
    @blueprint.response(201, SecretWebHookSchema)
    def post(self, values: dict[str, Any]) -> dict[str, Any]:
        """Add one; its secret is in this answer and in no other."""
        hook, secret = services.add_hook(HookPlan(values["name"], values["url"], tuple(values["events"])))
        return _hook(hook) | told_once(secret=secret)


@blueprint.route("/events")
class WebHookEvents(MethodView):
    """What there is to hear of."""

    @requires(MANAGE)
    @blueprint.response(200, WebHookEventsSchema)
    def get(self) -> dict[str, Any]:
        """What a web hook can hear of."""
        offered = events_on_offer()
        return {"items": [{"name": each.name, "title": each.title, "ids": each.signal.ids} for each in offered]}


@blueprint.route("/<int:hook_id>")
class OneWebHook(MethodView):
    """One web hook."""

    @requires(MANAGE)
    @blueprint.response(200, WebHookSchema)
    def get(self, hook_id: int) -> dict[str, Any]:
        """How it is set, and how it does."""
        return _hook(queries.hook(hook_id))

    @requires(MANAGE)
    @blueprint.arguments(WebHookChangeSchema)
    @blueprint.response(200, WebHookSchema)
    def patch(self, values: dict[str, Any], hook_id: int) -> dict[str, Any]:
        """Change what is sent, and nothing else."""
        hook = queries.hook(hook_id)
        active = values.pop("active", None)
        if values:
            kept = {"name": hook.name, "url": hook.url, "events": hook.events} | values
            services.change_hook(hook, HookPlan(kept["name"], kept["url"], tuple(kept["events"])))
        if active is not None:
            services.switch(hook, active=active)
        return _hook(hook)

    @requires(MANAGE)
    @blueprint.response(204)
    def delete(self, hook_id: int) -> None:
        """Remove it with its secret and its log."""
        services.remove(queries.hook(hook_id))


@blueprint.route("/<int:hook_id>/secret")
class Secret(MethodView):
    """The key to its signatures."""

    @requires(MANAGE)
    @blueprint.response(201, SecretWebHookSchema)
    def post(self, hook_id: int) -> dict[str, Any]:
        """Make a new secret; the one that it replaces stays valid beside it for 24 hours."""
        hook = queries.hook(hook_id)
        secret = services.renew_secret(hook)
        return _hook(hook) | told_once(secret=secret)


@blueprint.route("/<int:hook_id>/former-secret")
class FormerSecret(MethodView):
    """The one before."""

    @requires(MANAGE)
    @blueprint.response(204)
    def delete(self, hook_id: int) -> None:
        """The former secret is no longer valid, before its day is over; 409 where there is none."""
        services.end_former_secret(queries.hook(hook_id))


@blueprint.route("/<int:hook_id>/test")
class Test(MethodView):
    """A try."""

    @requires(MANAGE)
    @blueprint.response(201, WebHookDeliverySchema)
    def post(self, hook_id: int) -> dict[str, Any]:
        """Send a test, which is tried once; read its state among the deliveries."""
        return _delivery(services.send_test(queries.hook(hook_id)))


@blueprint.route("/<int:hook_id>/deliveries")
class Deliveries(MethodView):
    """What was sent."""

    @requires(MANAGE)
    @blueprint.arguments(PageArguments, location="query")
    @blueprint.response(200, WebHookDeliveryPage)
    def get(self, query: dict[str, Any], hook_id: int) -> dict[str, Any]:
        """The deliveries of the last 30 days with their state, the latest first."""
        page = queries.page_of_deliveries(queries.hook(hook_id), query["cursor"], query["limit"])
        return {"items": [_delivery(row) for row in page], "next": page.next, "previous": page.previous}


@blueprint.route("/<int:hook_id>/deliveries/<int:delivery_id>/again")
class Again(MethodView):
    """Once more."""

    @requires(MANAGE)
    @blueprint.response(200, WebHookDeliverySchema)
    def post(self, hook_id: int, delivery_id: int) -> dict[str, Any]:
        """Send the same delivery once more, under the same key; 409 while it is on its way."""
        delivery = queries.delivery(hook_id, delivery_id)
        services.send_again(delivery)
        return _delivery(delivery)


def _hook(hook: WebHook) -> dict[str, Any]:
    db.session.flush()
    names = ("id", "name", "url", "events", "active", "created_at", "answered_at", "failing_since")
    return {name: getattr(hook, name) for name in names} | {
        "former_secret_until": services.former_secret_until(hook, clock.now())
    }


def _delivery(row: WebHookDelivery) -> dict[str, Any]:
    names = ("id", "key", "event", "state", "tries", "status", "created_at", "tried_at")
    return {name: getattr(row, name) for name in names} | {"error": failure_in_words(row.error)}
