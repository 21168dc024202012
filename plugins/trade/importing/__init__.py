"""Taking in what stores and distributors keep in tables: products, sales, stock, planograms."""
