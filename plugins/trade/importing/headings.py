"""Under which headings our columns stand: the usual ones, or those that somebody chose once for files like this one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _

from plugins.trade.importing import queries
from plugins.trade.importing.columns import COLUMNS
from plugins.trade.importing.models import ColumnMap, Upload
from portal.api import Column, RuleBroken, TableBroken, Viewer, peek_table, record, session


def columns_for(kind: str, data: bytes) -> Sequence[Column]:
    """Our columns, under the headings that somebody chose for a file like this one, else under the usual ones."""
    head, _rows = peek_table(data)
    said = queries.column_map(kind, head)
    if said is None:
        return COLUMNS[kind]
    return [
        Column(column.name, (said.columns[column.name],), column.required)
        for column in COLUMNS[kind]
        if column.name in said.columns
    ]


def say_columns(upload: Upload, chosen: Mapping[str, str], *, by: Viewer) -> None:
    """Remember under which headings our columns stand in files with these headings."""
    head, _rows = peek_table(queries.bytes_of(upload))
    missing = [column for column in COLUMNS[upload.kind] if column.required and not chosen.get(column.name)]
    if missing:
        raise RuleBroken(missing[0].name, _("Which column is that? It is needed."))
    headings = [heading for heading in chosen.values() if heading]
    if len(set(headings)) < len(headings) or not set(headings) <= set(head):
        raise RuleBroken("", _("Each column of the file can be chosen once."))
    said = queries.column_map(upload.kind, head)
    if said is None:
        said = ColumnMap(kind=upload.kind, headings=queries.headings_digest(head))
        session.add(said)
    said.columns = {name: heading for name, heading in chosen.items() if heading}
    said.told_by_id = by.person.id
    session.flush()
    record("trade.columns_said", said, kind=upload.kind)


def only_headings(broken: TableBroken, head: Sequence[str]) -> bool:
    """Whether nothing but the headings is wrong: each error stands in the row of the headings."""
    return (
        len(head) > 1
        and all(error.row and error.column for error in broken.errors)
        and len({error.row for error in broken.errors}) == 1
    )
