"""Events: order meetings, trainings and the like, with seats that are never oversold."""

from plugins.events.plugin import EventsPlugin

plugin = EventsPlugin()
