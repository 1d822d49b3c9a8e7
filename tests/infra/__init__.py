"""Tests of what surrounds the product: its assets, its checks, its wheel."""
