"""Briefings: what happens in the market, one edition per store, as a fine PDF."""

from plugins.briefings.plugin import BriefingsPlugin

plugin = BriefingsPlugin()
