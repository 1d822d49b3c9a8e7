"""Accounts: people, sessions, shops, tokens, and the pages they come through."""
