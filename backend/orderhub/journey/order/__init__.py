"""What the journey places on the order's own page, for those who look after it."""
