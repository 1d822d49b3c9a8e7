"""The front: what the web app does the same for every room. Refusals in words, headers, assets, health, the schema."""
