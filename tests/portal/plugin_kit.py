"""Plug-ins written on the spot, bundled or installed, for tests of the host; taken out again afterwards."""

from __future__ import annotations

import importlib
import sys
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel

import plugins
from portal.access import open_to_all
from portal.db import Model
from portal.host import Host
from portal.tenancy import last_look

HEAD = "from portal.api import Job, NavItem, NotificationKind, Permission, Plugin, Subscription\n"


class PluginKit:
    """Writes packages into a folder that Python and the host look into."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.written: list[str] = []
        monkeypatch.syspath_prepend(str(folder))
        monkeypatch.setattr(plugins, "__path__", [*plugins.__path__, str(folder / "bundled")])

    def bundled(self, name: str, body: str = "", files: Mapping[str, str] | None = None) -> None:
        """A plug-in as if it lay in plugins/."""
        self._write(self.folder / "bundled" / name, name, body, files or {})
        self.written.append(f"plugins.{name}")

    def installed(
        self, name: str, body: str = "", files: Mapping[str, str] | None = None, *, entry: str = "", package: str = ""
    ) -> None:
        """A plug-in as if pip had installed it from a distribution of its own."""
        package = package or f"storewise_{name}"
        self._write(self.folder / package, name, body, files or {})
        self.written.append(package)
        info = self.folder / f"{package}-1.2.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package.replace('_', '-')}\nVersion: 1.2\n")
        (info / "entry_points.txt").write_text(f"[storewise.plugins]\n{entry or name} = {package}:plugin\n")
        importlib.invalidate_caches()

    def _write(self, folder: Path, name: str, body: str, files: Mapping[str, str]) -> None:
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text("from .plugin import plugin\n")
        facts = f'    name = "{name}"\n    title = "{name.title()}"\n    version = "1.2"\n'
        own = textwrap.indent(textwrap.dedent(body), "    ")
        (folder / "plugin.py").write_text(f"{HEAD}\nclass Made(Plugin):\n{facts}{own}\nplugin = Made\n")
        for path, text in files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(textwrap.dedent(text))

    def start(self, names: tuple[str, ...] = (), *, discover: bool = True) -> Host:
        """A host on an application that has two pages of its own, and one permission."""
        app = Flask("small", static_folder=None)
        app.config.update(
            PLUGINS=names,
            DISCOVER_ENTRY_POINTS=discover,
            LANGUAGES=("zh_Hans", "en"),
            CORE_PERMISSIONS=frozenset({"portal.see_stores"}),
        )
        Babel(app)
        for page in ("today", "noticeboard"):
            app.add_url_rule(f"/{page}", f"home.{page}", open_to_all(lambda: "a page of the core"))
        host = Host()
        host.discover(app)
        host.load_models()
        host.register(app)
        return host

    def forget(self) -> None:
        """Take modules, mappers and tables out of the process again."""
        forget(self.written)


def forget(packages: Sequence[str]) -> None:
    """Take the modules, mappers and tables of some packages out of the process."""
    inside = tuple(f"{package}." for package in packages)
    for mapper in list(Model.registry.mappers):
        if mapper.class_.__module__.startswith(inside):
            Model.metadata.remove(mapper.local_table)
            Model.registry._dispose_manager_and_mapper(mapper.class_manager)
            Model.registry._managers.pop(mapper.class_manager, None)
    for module in [module for module in sys.modules if module in packages or module.startswith(inside)]:
        del sys.modules[module]
    last_look._tables.cache_clear()  # it is asked anew when models come, not when others of the same names do


@pytest.fixture
def kit(tmp_path, monkeypatch):
    """Writes plug-ins, starts hosts."""
    made = PluginKit(tmp_path / "installed", monkeypatch)
    made.folder.mkdir()
    (made.folder / "bundled").mkdir()
    yield made
    made.forget()
