"""The layout of a store: which category stands where, what that is worth, and the moves worth most."""
