"""Storewise: the portal on which distributors support their stores. create_app() puts up the house in a fixed order."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask
from flask_compress import Compress
from werkzeug.middleware.proxy_fix import ProxyFix

import config as settings
from portal.lean import LateRule, without

with without("rich"):  # colours for tracebacks, 50 modules; ours are written as plain text
    import structlog  # noqa: F401

ROOT = Path(__file__).resolve().parent.parent


def create_app(overrides: Mapping[str, Any] | None = None, *, plugins: tuple[Any, ...] = ()) -> Flask:
    """The application; `overrides` replace settings, `plugins` are classes loaded beside the installed ones."""
    from portal import (
        assets,
        cli,
        core,
        database,
        error_pages,
        form_attributes,
        i18n,
        identity,
        logs,
        navigation,
        requests,
        security,
    )
    from portal.application import Portal
    from portal.host import Host, connect_signals
    from portal.jobs import registry as job_registry
    from portal.operations import metrics
    from portal.webhooks import hearing

    app = Portal("portal", root_path=str(ROOT / "portal"), template_folder=str(ROOT / "templates"), static_folder=None)
    app.config.from_object(settings.Config)
    app.url_rule_class = LateRule
    app.config.update(overrides or {})
    app.config["EXTRA_PLUGINS"] = plugins
    logs.init_app(app)
    host = Host()
    app.extensions["storewise_host"] = host
    host.discover(app)
    host.load_models()
    database.init_app(app)
    security.init_app(app)
    i18n.init_app(app, host)
    assets.init_app(app, host)
    form_attributes.init_app(app)
    requests.init_app(app)
    identity.init_app(app)
    core.register(app)
    host.register(app)
    job_registry.init_app(app, host)
    core.load_templates_of_plugins(app, host)
    connect_signals(host)
    hearing.connect(host)
    navigation.init_app(app, host)
    error_pages.init_app(app)
    cli.init_app(app, host)
    Compress(app)
    app.wsgi_app = ProxyFix(app.wsgi_app, **_trusted(app))  # type: ignore[method-assign]
    core.mount_web_api(app)
    metrics.init_app(app, app.extensions["storewise_api"])
    return app


def _trusted(app: Flask) -> dict[str, int]:
    hops = app.config["TRUSTED_PROXIES"]
    return {"x_for": hops, "x_proto": hops, "x_host": hops}


__all__ = ["ROOT", "create_app"]
