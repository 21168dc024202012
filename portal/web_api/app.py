"""The web API's own Flask application under /api: JSON in, JSON out, the same services and the same walls as the pages."""

from __future__ import annotations

from flask import Flask
from flask_compress import Compress
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from portal import i18n
from portal.contracts import Plugin
from portal.db import db
from portal.host import Host, PluginProblem
from portal.requests import IdConverter, OwnContext
from portal.web_api import pages, problems, requests
from portal.web_api.blueprint import ApiBlueprint, declared_methods
from portal.web_api.document import PortalApi

DESCRIPTION = """Everything a person can do, a program can do.

Send `Authorization: Bearer <token>`; a token is made on your own page and acts as you, in one membership, within its
scopes. Lists are paged: pass the answer's `next` as `cursor`. A POST with an `Idempotency-Key` header has its effect
once, however often it is sent. Errors are problem details (RFC 9457).
"""
SHARED = ("storewise_people", "storewise_jobs", "storewise_files", "storewise_assets")


def create_api(app: Flask) -> Flask:
    """The API application; it shares the portal's configuration, plug-ins and database connections."""
    api_app = Flask("portal.web_api", root_path=app.root_path, static_folder=None)  # texts lie beside the pages
    api_app.url_rule_class = app.url_rule_class
    api_app.url_map.converters["int"] = IdConverter
    api_app.config.from_mapping(app.config)
    api_app.config.update(
        API_TITLE="Storewise",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/v1",
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={
            "info": {"description": DESCRIPTION},
            "servers": [{"url": "/api"}],
            "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
            "security": [{"token": []}],
        },
    )
    host: Host = app.extensions["storewise_host"]
    api_app.extensions["storewise_host"] = host
    for name in SHARED:
        if name in app.extensions:
            api_app.extensions[name] = app.extensions[name]
    api_app.extensions["storewise_pages"] = app
    api_app.jinja_env = app.jinja_env  # services write letters, wherever they are called from
    _share_database(app, api_app)
    i18n.init_app(api_app, host)
    Compress(api_app)  # before the steps of a request: its own step comes last, and the others read plain text
    requests.init_app(api_app)
    api = PortalApi(api_app)
    problems.init_app(api_app)
    _register(api, app, host)
    pages.register(api, api_app)
    api_app.wsgi_app = OwnContext(api_app.wsgi_app)  # type: ignore[method-assign]
    return api_app


def mount(app: Flask) -> None:
    """Put the API application under /api."""
    api_app = create_api(app)
    app.extensions["storewise_api"] = api_app
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/api": api_app})  # type: ignore[method-assign]


def _share_database(app: Flask, api_app: Flask) -> None:
    """Both applications use one pool of connections."""
    api_app.extensions["sqlalchemy"] = db
    db._app_engines[api_app] = db._app_engines[app]
    api_app.teardown_appcontext(lambda _: db.session.remove())


def _register(api: PortalApi, app: Flask, host: Host) -> None:
    from portal.web_api.core_blueprints import CORE_BLUEPRINTS

    for blueprint in CORE_BLUEPRINTS:
        _check(blueprint, app.config["CORE_PERMISSIONS"])
        api.register_blueprint(blueprint, url_prefix=f"/v1{blueprint.url_prefix or ''}")
    host.attempt(lambda plugin: _register_plugin(api, plugin))


def _register_plugin(api: PortalApi, plugin: Plugin) -> None:
    for blueprint in plugin.api_blueprints():  # checked by the host before any page was registered
        api.register_blueprint(blueprint, url_prefix=f"/v1{blueprint.url_prefix or ''}")


def _check(blueprint: ApiBlueprint, allowed: set[str] | frozenset[str]) -> None:
    for name, access in declared_methods(blueprint):
        if access is None:
            raise PluginProblem(f"API operation {name} declares no permission: decorate it with requires(...)")
        if access.kind == "permission" and access.permission not in allowed:
            raise PluginProblem(f"API operation {name} asks for the undeclared permission {access.permission}")
