"""What the live path counts of slow sockets."""

from orderhub.live.watcher import RESYNCED, SLOW, Viewer, Watcher
from orderhub.live.wire import Frame


class Narrow:
    """A way to a socket that takes nothing for a while."""

    takes = False

    def post(self, frame: Frame) -> bool:
        return self.takes

    def close(self, code: int) -> bool:
        return True


def test_a_socket_that_falls_behind_is_counted_and_so_is_its_catching_up() -> None:
    wire, slow, resynced = Narrow(), SLOW.counts[()], RESYNCED.counts[()]
    watcher = Watcher(Viewer(None, "203.0.113.7", "en"), wire)
    watcher.post(Frame("a"), 1.0)
    watcher.post(Frame("b"), 2.0)
    assert (SLOW.counts[()] - slow, RESYNCED.counts[()] - resynced) == (1, 0)
    wire.takes = True
    watcher.post(Frame("c"), 3.0)
    assert (SLOW.counts[()] - slow, RESYNCED.counts[()] - resynced) == (1, 1)
