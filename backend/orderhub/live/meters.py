"""What the live path counts: sockets, those that are slow, and how far this process may be behind the newest fact."""

from orderhub.live.hub import Hub
from orderhub.observability.meters import Gauge

SOCKETS = Gauge("orderhub_live_sockets", "live pages open")
BEHIND = Gauge(
    "orderhub_live_sockets_behind", "those of them that read too slowly, and have to be told to resync"
)
REGIONS = Gauge("orderhub_live_regions", "regions that somebody watches")


def watch(hub: Hub) -> None:
    """Tell of the sockets of this process."""
    SOCKETS.ask(lambda: len(hub.watchers))
    BEHIND.ask(lambda: sum(watcher.behind_since is not None for watcher in hub.watchers))
    REGIONS.ask(lambda: len(hub.regions))
