"""Rules of the house that no type checker knows: arrows, sizes, names, and lists that documents must repeat."""
