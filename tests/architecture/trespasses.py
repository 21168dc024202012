"""Reads a plug-in's source for what would go around the walls: by its syntax, so that words in texts do not count."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

# What a plug-in never writes after a dot, and what it would be good for.
ATTRIBUTES = {
    "connection": "a raw connection knows no walls",
    "get_bind": "an engine knows no walls",
    "engine": "an engine knows no walls",
    "engines": "an engine knows no walls",
    "exec_driver_sql": "raw SQL knows no walls",
    "from_statement": "from_statement() knows no walls",
    "__table__": "a Core table knows no walls: use the class",
    "__mapper__": "a mapper leads to Core tables",
    "local_table": "a Core table knows no walls: use the class",
    "metadata": "leads to Core tables",
    "identity_map": "holds rows of every scope",
    "bulk_save_objects": "use portal.api.insert_rows",
    "bulk_insert_mappings": "use portal.api.insert_rows",
    "bulk_update_mappings": "use portal.api.update_rows",
    "all_distributors": "opens the walls",
    "enter_scope": "leaves another scope standing: use acting_for",
}
# What a plug-in never takes from SQLAlchemy.
TAKEN_FROM_SQLALCHEMY = {
    "text": "raw SQL knows no walls",
    "literal_column": "raw SQL knows no walls",
    "table": "a light table knows no walls: use the class",
    "Table": "a table without a class knows no walls: write a class",
    "MetaData": "leads to Core tables",
    "create_engine": "an engine knows no walls",
    "engine_from_config": "an engine knows no walls",
    "Session": "only the portal's session stands inside the walls: portal.api.session",
    "sessionmaker": "only the portal's session stands inside the walls: portal.api.session",
    "scoped_session": "only the portal's session stands inside the walls: portal.api.session",
    "lambda_stmt": "is refused by the walls",
    "make_transient": "lets a row change its owner",
    "make_transient_to_detached": "lets a row be made up",
}
OUTSIDE_OF_STATEMENTS = {"sqlite_where", "postgresql_where"}  # a partial index may say its condition as text
DRIVERS = ("sqlite3", "psycopg", "psycopg2")


@dataclass(frozen=True, slots=True)
class Trespass:
    """One place in a source that goes around the walls."""

    line: int
    what: str
    why: str

    def __str__(self) -> str:
        return f"{self.line}: {self.what}: {self.why}"


def trespasses(source: str) -> list[Trespass]:
    """All that would go around the walls in this source, in the order of its lines."""
    tree = ast.parse(source)
    names, allowed = _names(tree), _conditions_of_indexes(tree)
    found = [trespass for node in ast.walk(tree) if id(node) not in allowed for trespass in _judge(node, names)]
    return sorted(set(found), key=lambda trespass: (trespass.line, trespass.what))


@dataclass(frozen=True, slots=True)
class _Names:
    modules: frozenset[str]  # names that stand for sqlalchemy or a module of it
    taken: dict[str, str]  # local name -> what it is called in SQLAlchemy


def _names(tree: ast.AST) -> _Names:
    modules, taken = set(), {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules |= {(a.asname or a.name).split(".")[0] for a in node.names if a.name.split(".")[0] == "sqlalchemy"}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "sqlalchemy":
            for alias in node.names:
                taken[alias.asname or alias.name] = alias.name
                modules.add(alias.asname or alias.name)
    return _Names(frozenset(modules), taken)


def _judge(node: ast.AST, names: _Names) -> Iterator[Trespass]:
    if isinstance(node, ast.Attribute):
        if node.attr in ATTRIBUTES:
            yield Trespass(node.lineno, f".{node.attr}", ATTRIBUTES[node.attr])
        elif _stands_for(node.value, names) and node.attr in TAKEN_FROM_SQLALCHEMY:
            yield Trespass(node.lineno, f".{node.attr}", TAKEN_FROM_SQLALCHEMY[node.attr])
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        original = names.taken.get(node.id, "")
        if original in TAKEN_FROM_SQLALCHEMY:
            yield Trespass(node.lineno, original, TAKEN_FROM_SQLALCHEMY[original])
        elif node.id in {"all_distributors", "enter_scope"}:
            yield Trespass(node.lineno, node.id, ATTRIBUTES[node.id])
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from _judge_import(node)
    elif isinstance(node, ast.Call):
        yield from _judge_getattr(node)


def _stands_for(value: ast.expr, names: _Names) -> bool:
    """Whether it is sqlalchemy, or sqlalchemy.orm, under whatever name."""
    while isinstance(value, ast.Attribute):
        value = value.value
    return isinstance(value, ast.Name) and value.id in names.modules


def _judge_import(node: ast.Import | ast.ImportFrom) -> Iterator[Trespass]:
    modules = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""]
    for module in modules:
        if module.split(".")[0] in DRIVERS:
            yield Trespass(node.lineno, module, "a database driver knows no walls")
        if module.startswith("portal.tenancy"):
            yield Trespass(node.lineno, module, "a plug-in takes what it needs from portal.api")
    for alias in node.names:
        if alias.name in {"all_distributors", "enter_scope"}:
            yield Trespass(node.lineno, alias.name, ATTRIBUTES[alias.name])
        if alias.name == "*" and modules[0].split(".")[0] == "sqlalchemy":
            yield Trespass(node.lineno, "*", "name what you take from SQLAlchemy")


def _judge_getattr(node: ast.Call) -> Iterator[Trespass]:
    if isinstance(node.func, ast.Name) and node.func.id == "getattr" and len(node.args) > 1:
        name = node.args[1]
        if isinstance(name, ast.Constant) and name.value in ATTRIBUTES:
            yield Trespass(node.lineno, f"getattr {name.value}", ATTRIBUTES[str(name.value)])


def _conditions_of_indexes(tree: ast.AST) -> set[int]:
    """The name `text` in Index(..., sqlite_where=text("...")), which is part of no statement."""
    return {
        id(keyword.value.func)
        for keyword in ast.walk(tree)
        if isinstance(keyword, ast.keyword)
        and keyword.arg in OUTSIDE_OF_STATEMENTS
        and isinstance(keyword.value, ast.Call)
    }
