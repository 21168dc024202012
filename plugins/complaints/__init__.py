"""Complaints: taken in a minute, answered in time, closed when the store says so."""

from plugins.complaints.plugin import ComplaintsPlugin

plugin = ComplaintsPlugin()
