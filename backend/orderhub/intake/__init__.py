"""Intake: every source hands over the same `OrderMessage`; what cannot be applied is kept with its reasons."""
