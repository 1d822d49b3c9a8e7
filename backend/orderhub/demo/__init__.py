"""The living demo: a small shop with customers, people and carriers who never sleep, until somebody stops it."""
