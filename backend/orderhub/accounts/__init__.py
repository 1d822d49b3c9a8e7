"""Accounts: the organisation, its shops and warehouses, its people, and how each of them is known at the door."""
