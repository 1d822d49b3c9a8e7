"""Journey: what the buyer sees of an order, by a link and without signing in."""
