"""Campaigns of a store: a year's calendar, what one has to bring, and what went with it."""
