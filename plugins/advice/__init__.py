"""Advice: what the distributor's experts know, told to the stores it helps, and what became of it."""

from plugins.advice.plugin import AdvicePlugin

plugin = AdvicePlugin()
