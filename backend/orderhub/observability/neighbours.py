"""Neighbours: the processes of this hub on one machine, each of which tells its meters on a socket of its own.

The sockets lie in one folder, readable by nobody else, as ``web.1``, ``web.2``, ``worker.1``: a process takes the first name
of its kind that is free, held by a lock that the kernel drops however the process ends. So whoever is asked can tell of
all, names stay few, and nothing is written while nobody asks.
"""

import asyncio
import errno
import logging
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from itertools import count
from pathlib import Path

import msgspec

from orderhub.observability import meters
from orderhub.observability import vitals as vitals
from orderhub.observability.meters import Family

logger = logging.getLogger(__name__)

ALONE = "web.1"  # the name of a process that found no place to tell from
_PATIENCE_SECONDS = 1.0
_LONGEST_ADDRESS = 100  # bytes; the systems allow 104 or more

_own: str | None = None
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Family]).decode


def own() -> str | None:
    """Return the name of this process, while it tells."""
    return _own


@asynccontextmanager
async def telling(folder: Path, kind: str) -> AsyncIterator[None]:
    """Let the others on this machine ask what this process's meters say; without a place for a socket it works without."""
    global _own
    async with AsyncExitStack() as held:
        try:
            address = held.enter_context(_seat(folder, kind))
            server = await asyncio.start_unix_server(_tell, path=str(address))
        except OSError as error:
            logger.warning(
                "/metrics will not tell of this process: no socket can lie in %s: %r", folder, error
            )
        else:
            held.callback(server.close)
            _own = address.stem
        try:
            yield
        finally:
            _own = None


async def told(folder: Path) -> dict[str, list[Family] | None]:
    """Return what each process of this machine says, by its name; None: it lives, and does not answer."""
    others = _others(folder)
    answers = await asyncio.gather(*(_asked(path) for path in others))
    heard = {path.stem: answer for path, answer in zip(others, answers, strict=True) if answer != []}
    return {_own or ALONE: meters.told(), **heard}


def _others(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.socket") if path.stem != (_own or ALONE))


async def _tell(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        writer.write(_encode(meters.told()))
        await writer.drain()
    writer.close()


async def _asked(address: Path) -> list[Family] | None:
    """An empty list: nobody is there any more."""
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            reader, writer = await asyncio.open_unix_connection(address)
            try:
                return _decode(await reader.read())
            finally:
                writer.close()
    except (ConnectionRefusedError, FileNotFoundError):
        return []
    except (TimeoutError, OSError, msgspec.DecodeError):
        return None


@contextmanager
def _seat(folder: Path, kind: str) -> Iterator[Path]:
    """Hold the first free name of a kind; what a killed process left under it is taken away."""
    if sys.platform == "win32" or len(bytes(folder / f"{kind}.999.socket")) > _LONGEST_ADDRESS:
        raise OSError(errno.ENAMETOOLONG, "no such sockets here, or too long a path")
    import fcntl  # not on Windows

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for number in count(1):
        address = folder / f"{kind}.{number}.socket"
        with address.with_suffix(".lock").open("wb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            address.unlink(missing_ok=True)
            try:
                yield address
            finally:
                address.unlink(missing_ok=True)
            return
