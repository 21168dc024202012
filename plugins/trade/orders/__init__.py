"""What stores order, and what becomes of it."""
