"""The network to PostgreSQL swallows every packet and closes nothing: it is noticed, refused for now, and healed.

The network is one of its own (a namespace of Linux); where none may be made the test is skipped, and says so.
"""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest
import pytest_asyncio

from orderhub.kernel import postgres
from orderhub.proof.verify import verify
from tests.promises.channel import Channel, Post, goods
from tests.promises.test_races import SAID
from tests.servers import elsewhere

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300), pytest.mark.usefixtures("clean")]

_SPACE, _HERE, _THERE = "orderhub-far", "10.211.97.1", "10.211.97.2"
_PROXY = """
import asyncio, sys

async def carry(reader, writer):
    while chunk := await reader.read(65536):
        writer.write(chunk)
        await writer.drain()
    writer.close()

async def connected(reader, writer):
    there = await asyncio.open_unix_connection(sys.argv[2])
    await asyncio.gather(carry(reader, there[1]), carry(there[0], writer), return_exceptions=True)

async def main():
    await asyncio.start_server(connected, sys.argv[1], 5432)
    print("listening", flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


class Far:
    """A host of its own, over which PostgreSQL is reached."""

    def __init__(self, url: str) -> None:
        folder = parse_qs(urlsplit(url).query)["host"][0]
        self.url = url.partition("?")[0].replace("@/", f"@{_THERE}:5432/")
        command = [sys.executable, "-c", _PROXY, _THERE, str(Path(folder) / ".s.PGSQL.5432")]
        self._proxy = subprocess.Popen(["ip", "netns", "exec", _SPACE, *command], stdout=subprocess.PIPE)
        assert self._proxy.stdout is not None
        assert self._proxy.stdout.readline() == b"listening\n"

    def falls_silent(self) -> None:
        """Let no packet come back from it."""
        _ip("netns", "exec", _SPACE, "ip", "route", "add", "blackhole", f"{_HERE}/32")

    def answers_again(self) -> None:
        _ip("netns", "exec", _SPACE, "ip", "route", "del", "blackhole", f"{_HERE}/32")

    def end(self) -> None:
        self._proxy.kill()
        self._proxy.communicate()


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


@pytest_asyncio.fixture(loop_scope="session")
async def far(clean: str) -> AsyncIterator[Far]:
    """The host, reached by a wire of its own."""
    try:
        _ip("netns", "add", _SPACE)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no network of its own may be made here: {error}")
    try:
        _ip("link", "add", "hub-here", "type", "veth", "peer", "name", "hub-there", "netns", _SPACE)
        _ip("addr", "add", f"{_HERE}/30", "dev", "hub-here")
        _ip("link", "set", "hub-here", "up")
        _ip("netns", "exec", _SPACE, "ip", "addr", "add", f"{_THERE}/30", "dev", "hub-there")
        _ip("netns", "exec", _SPACE, "ip", "link", "set", "hub-there", "up")
        host = await asyncio.to_thread(Far, clean)
        yield host
        host.end()
    finally:
        _ip("netns", "del", _SPACE)


async def test_a_message_is_not_answered_for_long_and_taken_once_when_the_network_is_back(far: Far) -> None:
    async with elsewhere(far.url, connections=3, patience_seconds=5):
        async with await Channel.of_a_new_shop(await goods()) as channel:
            assert (await channel.tell(Post("m1", SAID)))["state"] == "applied"
            idle = asyncio.create_task(postgres.fetchval("select pg_sleep(120)"))
            await asyncio.sleep(0.1)
            await asyncio.to_thread(far.falls_silent)
            answer = await channel.post_signed(Post("m2", SAID))
            # By itself TCP would go on sending for a quarter of an hour, and listening for hours.
            await asyncio.wait([idle], timeout=60)
            assert idle.done()
            assert isinstance(idle.exception(), asyncpg.PostgresError | OSError)
            assert (answer.status_code, "retry-after" in answer.headers) == (503, True)
            await asyncio.to_thread(far.answers_again)
            assert (await channel.tell(Post("m2", SAID)))["state"] == "unchanged"
        assert await postgres.fetchval("select count(*) from orders") == 1
        assert (await verify()).findings == []
