"""Groups of comparable stores, and what is published of them."""
