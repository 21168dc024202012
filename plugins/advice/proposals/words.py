"""What is said of a piece of computed advice."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Words:
    """What a card and a page say of a proposal."""

    title: str
    body: str
    action: str
    chart: Markup | None = None
