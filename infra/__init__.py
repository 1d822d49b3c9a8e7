"""What surrounds the running product: building its assets, checking the repository, hosting it."""
