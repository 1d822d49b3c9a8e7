"""The budget of DESIGN.md §7, measured: `make bench`, or `python -m tests.bench`."""
