"""Live regions: the parts of a page that the socket may replace, each rendered once for everybody who watches it."""

import msgspec


class Region(msgspec.Struct, frozen=True, kw_only=True):
    """Where a region comes from: the view's name, its parameters, the ordinary route, and the version it was read at."""

    name: str
    src: str
    version: str
    query: str = ""

    @property
    def id(self) -> str:
        """Return the element's id: one region of a name on a page."""
        return self.name.replace(".", "-")

    @property
    def live(self) -> str:
        """Return what the page asks the socket for."""
        return f"{self.name}?{self.query}" if self.query else self.name
