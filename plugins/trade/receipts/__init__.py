"""Receipts of stores: what was bought together."""
