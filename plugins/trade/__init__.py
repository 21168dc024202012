"""Trade: the facts of sell-through and stock on which every advice stands."""

from plugins.trade.plugin import TradePlugin

plugin = TradePlugin()
