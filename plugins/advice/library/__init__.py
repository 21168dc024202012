"""Notes of advice that experts write, and what each store made of them."""
