"""Advice computed from a store's own figures, and what the store decides."""
