"""A plug-in's models: imported so that mappers and migrations know them, checked, forgotten when they are unsound."""

from __future__ import annotations

import importlib
import sys

from sqlalchemy.orm import Mapper, configure_mappers

from portal.contracts import Plugin
from portal.db import Model
from portal.host.discovery import plugin_package, plugin_root
from portal.host.problems import PluginProblem
from portal.tenancy import DistributorOwned


def import_models(plugin: Plugin) -> None:
    """Import the plug-in's models and put its mappers together; PluginProblem for what is wrong with its tables."""
    before = set(Model.metadata.tables)
    try:
        if _has_models(plugin):
            importlib.import_module(f"{plugin_package(plugin)}.models")
        foreign = {table for table in set(Model.metadata.tables) - before if not table.startswith(f"{plugin.name}_")}
        foreign |= {table for table in tables_by_mapper(plugin) if not table.startswith(f"{plugin.name}_")}
        if foreign:
            raise PluginProblem(f"tables must begin with '{plugin.name}_': {', '.join(sorted(foreign))}")
        configure_mappers()
    except BaseException:
        forget_models(plugin, set(Model.metadata.tables) - before)
        raise


def _has_models(plugin: Plugin) -> bool:
    folder = plugin_root(plugin)
    return (folder / "models.py").exists() or (folder / "models" / "__init__.py").exists()


def mappers_of(plugin: Plugin) -> list[Mapper[object]]:
    """The mappers whose classes lie in the plug-in's package."""
    package = f"{plugin_package(plugin)}."
    return [mapper for mapper in Model.registry.mappers if f"{mapper.class_.__module__}.".startswith(package)]


def tables_by_mapper(plugin: Plugin) -> set[str]:
    """The tables of the plug-in's mapped classes."""
    return {str(mapper.local_table.name) for mapper in mappers_of(plugin)}  # type: ignore[attr-defined]


def unowned_tables(plugin: Plugin) -> list[str]:
    """Tables behind no wall and without a reason for it in `shared_tables`."""
    owned = {str(m.local_table.name) for m in mappers_of(plugin) if issubclass(m.class_, DistributorOwned)}  # type: ignore[attr-defined]
    tables = {table for table in Model.metadata.tables if table.startswith(f"{plugin.name}_")}
    return sorted(tables - owned - set(plugin.shared_tables))


def forget_models(plugin: Plugin, tables: set[str]) -> None:
    """Take a plug-in's models out of the registry: one mapper that is broken would stop every query."""
    for mapper in mappers_of(plugin):
        Model.registry._dispose_manager_and_mapper(mapper.class_manager)
        Model.registry._managers.pop(mapper.class_manager, None)
    for name in tables | {t for t in Model.metadata.tables if t.startswith(f"{plugin.name}_")}:
        if name in Model.metadata.tables:
            Model.metadata.remove(Model.metadata.tables[name])
    models = f"{plugin_package(plugin)}.models"
    for module in [module for module in sys.modules if module == models or module.startswith(f"{models}.")]:
        del sys.modules[module]
