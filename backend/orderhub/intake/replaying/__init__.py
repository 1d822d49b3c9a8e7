"""Replaying: real order files become messages of the generic channel, in time order, sent through the signed door."""
