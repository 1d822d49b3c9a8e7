"""What the hub tells about itself."""
