"""The live path, over real sockets."""
