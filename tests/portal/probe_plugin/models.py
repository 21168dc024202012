"""One owned table."""

from sqlalchemy.orm import Mapped, mapped_column

from portal.api import Model, StoreOwned


class Note(StoreOwned, Model):
    """Something written down for a store."""

    __tablename__ = "probe_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
