"""Insight: how the whole shop stands, seen from above."""
