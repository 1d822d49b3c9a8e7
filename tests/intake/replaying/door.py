"""A door on loopback for tests: real HTTP, real signatures, and whatever trouble a test wants."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread

import msgspec

from orderhub.intake.generic.signature import decode_secret, verify
from orderhub.intake.refusals import WrongSignature
from orderhub.kernel import clock

KEY = decode_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
# Says what to answer to the n-th attempt at a message: a status, or None to hang up.
Mood = Callable[[str, int], int | None]


class Door:
    """What came, in the order in which it came, and over how many connections."""

    def __init__(self, mood: Mood) -> None:
        self.mood = mood
        self.attempts: Counter[str] = Counter()
        self.taken: list[tuple[str, str]] = []
        self.connections: set[tuple[str, int]] = set()
        self.url = ""
        self._lock = Lock()

    def knock(self, message_id: str, body: bytes, peer: tuple[str, int]) -> int | None:
        """Take one attempt and answer it."""
        with self._lock:
            self.connections.add(peer)
            self.attempts[message_id] += 1
            answer = self.mood(message_id, self.attempts[message_id])
            if answer == 202:
                self.taken.append((message_id, msgspec.json.decode(body)["order"]["number"]))
            return answer


@contextmanager
def open_door(mood: Mood = lambda _id, _attempt: 202) -> Iterator[Door]:
    """Serve a door until the block ends."""
    door = Door(mood)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(door))
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    door.url = f"http://127.0.0.1:{server.server_port}/intake/shop"
    try:
        yield door
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(door: Door) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            answer: int | None = 401
            try:
                signed = verify(dict(self.headers.items()), body, keys=[KEY], now=clock.now())
                answer = door.knock(signed.message_id, body, self.client_address)
            except WrongSignature:
                pass
            if answer is None:
                self.close_connection = True
                return
            self.send_response(answer)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Tests are quiet."""

    return Handler
