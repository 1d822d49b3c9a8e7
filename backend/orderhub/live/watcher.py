"""A watcher: one open socket, who sits behind it, and what its page shows."""

from typing import TYPE_CHECKING

import msgspec

from orderhub.kernel.actors import Actor
from orderhub.live.wire import Frame, Wire, control
from orderhub.observability.meters import Counter

if TYPE_CHECKING:
    from orderhub.live.region import Region

SLOW = Counter("orderhub_live_slow_total", "how often a socket could not take what it was sent")
RESYNCED = Counter("orderhub_live_resyncs_total", "how often a slow socket was told to fetch everything anew")

SESSION_OVER = 4401  # the session, or for somebody unknown whatever else had let them in


class Viewer(msgspec.Struct, frozen=True):
    """Who looks: ``session`` is what the sockets of one sign-in share; nobody we know has their address there."""

    actor: Actor | None
    session: str
    lang: str


class Watcher:
    """One socket. ``watching`` maps the page's own words for a region to the region."""

    def __init__(self, viewer: Viewer, wire: Wire) -> None:
        self.viewer = viewer
        self.watching: dict[str, Region] = {}
        self.behind_since: float | None = None
        self.closing: int | None = None
        self._wire = wire
        self._closed = False

    @property
    def needs_care(self) -> bool:
        """Tell whether something still has to be said to it that it could not take."""
        return self.behind_since is not None or (self.closing is not None and not self._closed)

    def post(self, frame: Frame, now: float) -> None:
        """Send a frame; a socket that cannot take it falls behind, and is told to resync once it can."""
        if (
            self.closing is None
            and (self.behind_since is None or self.catch_up())
            and not self._wire.post(frame)
        ):
            self.behind_since = now
            SLOW.add()

    def catch_up(self) -> bool:
        """Tell a socket that fell behind to fetch everything anew; False while it still cannot take even that."""
        if not self._wire.post(control(resync=sorted(self.watching))):
            return False
        self.behind_since = None
        RESYNCED.add()
        return True

    def close(self, code: int) -> None:
        """Close the socket, now or as soon as it can be told; nothing else is sent to it any more."""
        self.closing = self.closing or code
        if not self._closed:
            self._closed = self._wire.close(self.closing)
