"""Tests, mirroring backend/ file for file."""
