"""OrderHub: one place through which every order of a merchant goes."""

__version__ = "0.1.0"
