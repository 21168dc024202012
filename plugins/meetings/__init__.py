"""Meetings: a store books time with the distributor's people, never double."""

from plugins.meetings.plugin import MeetingsPlugin

plugin = MeetingsPlugin()
