"""Orders: what was bought, by whom, for how much, and what has become of it."""
