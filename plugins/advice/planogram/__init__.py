"""The planogram of a shelf unit: computed, drawn, and what becomes of it."""
