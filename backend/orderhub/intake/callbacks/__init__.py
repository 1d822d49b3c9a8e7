"""Callbacks: how a shop's own system is told something. A contract; HTTP, nothing and a memory stand behind it."""
