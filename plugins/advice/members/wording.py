"""What the classes of members are called, and what to do for each."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from plugins.advice.methods.engagement import AT_RISK, BEST, LOST, LOYAL, NEW, OTHERS

SEGMENT_TITLES = {
    BEST: _l("Best members"),
    LOYAL: _l("Loyal members"),
    NEW: _l("New members"),
    AT_RISK: _l("Slipping away"),
    LOST: _l("Gone"),
    OTHERS: _l("All other members"),
}
SEGMENT_WORDS = {
    BEST: _l("Bought lately, often and for much: greet them by name, keep their goods, ask what they miss."),
    LOYAL: _l("Come often: a small thank-you, and the new things first."),
    NEW: _l("Came lately, and seldom yet: a reason to come a second time within two weeks."),
    AT_RISK: _l("Came often and have stayed away: write to them this week, with what they used to buy."),
    LOST: _l("Seldom came, and long ago: one message, then leave them in peace."),
    OTHERS: _l("Nothing special: what you do for everybody is enough."),
}
