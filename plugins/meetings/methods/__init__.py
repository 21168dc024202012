"""Pure arithmetic of free time."""
