"""Networks with their cards, and the code that trains, exports and evaluates them."""
