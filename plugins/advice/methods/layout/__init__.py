"""Where the categories of a store stand: what a layout is worth, the few moves worth most, and the best full layout."""

from plugins.advice.methods.layout.model import SPREAD, Parameters, Spread, sales, score
from plugins.advice.methods.layout.moves import Arrangement, Move, Shift, Swap
from plugins.advice.methods.layout.proposing import Proposal, ProposedMove, best_moves, propose
from plugins.advice.methods.layout.relayout import Layout, optimise
from plugins.advice.methods.layout.rules import Broken, Rule, broken
from plugins.advice.methods.layout.shop import Category, Kind, Shop, Zone

__all__ = [
    "SPREAD",
    "Arrangement",
    "Broken",
    "Category",
    "Kind",
    "Layout",
    "Move",
    "Parameters",
    "Proposal",
    "ProposedMove",
    "Rule",
    "Shift",
    "Shop",
    "Spread",
    "Swap",
    "Zone",
    "best_moves",
    "broken",
    "optimise",
    "propose",
    "sales",
    "score",
]
