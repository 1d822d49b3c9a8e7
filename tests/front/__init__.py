"""The front: refusals over HTTP, headers, forms, assets, health, logs."""
