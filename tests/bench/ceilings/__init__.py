"""What the hub is measured against where that is not the hub itself: small files that import nothing of it."""
