"""Demo data: a note to each of the first stores."""

from __future__ import annotations

from portal.api import DemoBuilder, index, session
from [[ package ]].models import Note

TEXTS = ("新品陈列已送到，请放在收银台旁。", "下周盘点，请先整理冷柜。", "请核对本月的促销价签。")


def build(builder: DemoBuilder) -> None:
    """Write them in the name of the administrator."""
    for store, text in zip(builder.stores, TEXTS, strict=False):
        note = Note(store_id=store.id, text=text, written_by_id=builder.people["administrator"].id)
        session.add(note)
        session.flush()
        index("[[ name ]].note", note.id, note.text, store_id=store.id)
