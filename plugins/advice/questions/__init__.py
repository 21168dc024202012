"""Ask an expert: a store asks, somebody answers in time."""
