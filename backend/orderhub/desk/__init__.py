"""The desk: what waits for a person, and what they decide about it."""
