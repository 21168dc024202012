"""Static files under hashed names with a far expiry, and the icons, drawn into the page."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, current_app, send_from_directory
from markupsafe import Markup

from portal.host import Host, plugin_root

YEAR = 31_536_000


class Assets:
    """The static folders of the core, the build and the plug-ins, as one name space."""

    def __init__(self, root: Path, host: Host) -> None:
        self.folders: dict[str, Path] = {name: plugin_root(plugin) / "static" for name, plugin in host.plugins.items()}
        self.core = (root / "portal" / "static", root / "build" / "static")
        self.icons: dict[str, str] = _read_json(root / "build" / "icons.json")

    def find(self, name: str) -> tuple[Path, str] | None:
        """The folder and the path inside it of a file such as "storewise.css" or "complaints/photo.js"."""
        first, _, rest = name.partition("/")
        places = [(self.folders[first], rest)] if first in self.folders else []
        places += [(folder, name) for folder in self.core]
        return next(((folder, path) for folder, path in places if path and (folder / path).is_file()), None)

    @lru_cache(maxsize=512)  # noqa: B019 (one object for the life of the process)
    def fingerprint(self, name: str) -> str:
        """Eight characters that change with the file's content."""
        found = self.find(name)
        if found is None:
            raise FileNotFoundError(f"no static file {name}")
        return hashlib.sha256((found[0] / found[1]).read_bytes()).hexdigest()[:8]

    @lru_cache(maxsize=1024)  # noqa: B019 (one object for the life of the process)
    def icon(self, name: str, cls: str = "") -> Markup:
        """A Tabler outline icon as inline SVG; the plain circle for a name that the build does not know."""
        inner = self.icons.get(name) or '<path d="M3 12a9 9 0 1 0 18 0a9 9 0 0 0 -18 0"/>'
        drawing = Markup(inner)  # noqa: S704 (from the build's own icon file)
        return Markup('<svg class="{}" viewBox="0 0 24 24" aria-hidden="true">{}</svg>').format(
            f"sw-i {cls}".strip(), drawing
        )


def init_app(app: Flask, host: Host) -> None:
    """Serve the assets and give templates asset() and icon()."""
    assets = Assets(Path(app.root_path).parent, host)
    app.extensions["storewise_assets"] = assets
    app.add_url_rule("/static/<fingerprint>/<path:name>", "portal_static", serve)
    app.jinja_env.globals.update(asset=asset, icon=assets.icon)


def serve(fingerprint: str, name: str) -> Response:
    """One file; far expiry only under the name that its content has."""
    assets: Assets = current_app.extensions["storewise_assets"]
    found = assets.find(name)
    if found is None:
        abort(404)
    response = send_from_directory(found[0], found[1], max_age=YEAR)
    if fingerprint == assets.fingerprint(name):
        response.cache_control.public = True
        response.cache_control.immutable = True
    else:
        response.cache_control.max_age = 60
    return response


def asset(name: str) -> str:
    """The address of a static file."""
    assets: Assets = current_app.extensions["storewise_assets"]
    fingerprint = "dev" if current_app.debug else assets.fingerprint(name)
    return f"/static/{fingerprint}/{name}"


def _read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
