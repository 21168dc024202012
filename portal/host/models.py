"""What the portal remembers of each plug-in whose tables it holds, also when its package is gone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from portal import clock
from portal.db import Model


class PluginRecord(Model):
    """A plug-in (or "portal") as it was when it was last migrated."""

    __tablename__ = "portal_plugin"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    version: Mapped[str] = mapped_column(default="")
    distribution: Mapped[str] = mapped_column(default="")  # the package to install again, with its version
    tables: Mapped[list[str]] = mapped_column(default=list)  # each after those it refers to
    requires: Mapped[list[str]] = mapped_column(default=list)
    permissions: Mapped[list[str]] = mapped_column(default=list)
    migrated_at: Mapped[datetime] = mapped_column(default=clock.now)
