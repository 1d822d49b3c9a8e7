"""Plain websockets: its server, its broadcast(), and nothing else.

``python broadcast.py PORT FILE``: every socket is sent the file's text whenever a line ``show MILLISECONDS COUNT`` comes in, so
many times at that pace; then the CPU seconds and the moments of each showing (CLOCK_MONOTONIC) are printed as JSON.
"""

import asyncio
import json
import sys
import time
from pathlib import Path

import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve


async def main() -> None:
    """Serve until the input ends."""
    port, text = int(sys.argv[1]), Path(sys.argv[2]).read_text("utf-8")
    sockets: set[ServerConnection] = set()

    async def hold(socket: ServerConnection) -> None:
        sockets.add(socket)
        await socket.wait_closed()
        sockets.discard(socket)

    async with serve(hold, "127.0.0.1", port, compression=None, ping_interval=None):
        while line := await asyncio.to_thread(sys.stdin.readline):
            _, pause, count = line.split()
            cpu, moments = time.process_time(), []
            for _ in range(int(count)):
                moments.append(time.monotonic())
                broadcast(sockets, text)
                await asyncio.sleep(int(pause) / 1000)
            told = {"cpu": time.process_time() - cpu, "moments": moments, "sockets": len(sockets)}
            print(json.dumps(told), flush=True)


if __name__ == "__main__":
    uvloop.run(main())
