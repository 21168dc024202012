"""The arithmetic of advice: pure functions, named as in the literature."""
