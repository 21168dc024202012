"""The clock of a promise: a ring that empties, with a sign for its state."""

from __future__ import annotations

import math

from markupsafe import Markup, escape

from portal.charts.look import BAD, LINE, OWN, Theme
from portal.charts.model import Ring
from portal.charts.text import clean

_RADIUS = 15
_AROUND = 2 * math.pi * _RADIUS
_SIGNS = {
    "run": "M18 11v7l4.5 3",
    "soon": "M18 11v7l4.5 3",
    "late": "M18 10v9M18 24.5v.1",
    "wait": "M14.5 13v10M21.5 13v10",
    "ok": "M11.5 18.5l4.5 4.5 8.5-9.5",
}
_INKS = {"run": OWN, "soon": "#854600", "late": BAD, "wait": "#47468c", "ok": "#1c6a33"}


def draw_ring(ring: Ring, theme: Theme) -> Markup:
    """The drawing alone; on a page it belongs into `<span class="sw-clock is-STATE">` beside its words."""
    ground, hand, sign = 'class="bg" ', "", ""
    if theme == "print":
        stroke = f'fill="none" stroke="{_INKS[ring.state]}" stroke-linecap="round" '
        ground = f'fill="none" stroke="{LINE}" stroke-width="4" '
        hand, sign = stroke + 'stroke-width="4" ', stroke + 'stroke-width="3" '
    circle = f'cx="18" cy="18" r="{_RADIUS}"'
    finding = escape(clean(ring.title))
    named = f' role="img"><title>{finding}</title>' if finding else ' aria-hidden="true">'
    return Markup(  # noqa: S704 - the title went through escape, the rest are numbers
        f'<svg viewBox="0 0 36 36"{named}<circle {ground}{circle}/><circle {hand}{circle}{_rest(ring)}/>'
        f'<path {sign}d="{_SIGNS[ring.state]}"/></svg>'
    )


def _rest(ring: Ring) -> str:
    """The part of the ring that is left, from the top."""
    if ring.share is None or not math.isfinite(ring.share):
        return ""
    left = max(0.0, min(1.0, ring.share)) * _AROUND
    return f' stroke-dasharray="{left:.1f} {_AROUND:.1f}" transform="rotate(-90 18 18)"'
