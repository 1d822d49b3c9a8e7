"""Observability: what the hub tells about itself to those who run it, in numbers and in lines, and nothing about people."""
