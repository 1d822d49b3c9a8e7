"""Tests of storage, on every server we support."""
