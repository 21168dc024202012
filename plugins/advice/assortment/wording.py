"""What the nine classes of products mean for whoever runs the store."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

CELL_TITLES = {
    "AX": _l("Earns most, sells steadily: never let it run out"),
    "AY": _l("Earns most, sells unevenly: keep some more of it"),
    "AZ": _l("Earns most, comes in bursts: ask what makes it sell, order for that"),
    "BX": _l("Earns well, sells steadily: order by habit"),
    "BY": _l("Earns well, sells unevenly: look at it each week"),
    "BZ": _l("Earns well, comes in bursts: small orders, more often"),
    "CX": _l("Earns little, sells steadily: little shelf, few orders"),
    "CY": _l("Earns little, sells unevenly: one facing, or none"),
    "CZ": _l("Earns little, hardly sells: only if somebody asks for it"),
}
