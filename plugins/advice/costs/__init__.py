"""Cost control: what it takes to be open, as shares of sales, and what a store has to sell before it earns."""
