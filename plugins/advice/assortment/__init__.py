"""Assortment and profit of a store: what carries it, how steadily, what the stock earns, and what is missing."""
