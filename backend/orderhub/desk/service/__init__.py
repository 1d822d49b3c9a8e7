"""The service desk: one box, and whoever asks where their order is has the answer."""
