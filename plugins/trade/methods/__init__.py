"""Pure arithmetic of sales and stock."""
