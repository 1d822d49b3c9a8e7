"""Neighbours: the processes of this hub on one machine, each of which tells its meters on a socket of its own.

The sockets lie in one folder, readable by nobody else, as ``web.1``, ``web.2``, ``worker.1``: a process takes the first name
of its kind that is free, held by a lock that the kernel drops however the process ends. So whoever is asked can tell of
all, names stay few, and nothing is written while nobody asks.
"""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from itertools import count
from pathlib import Path

import msgspec

from orderhub.observability import meters
from orderhub.observability.meters import Family

logger = logging.getLogger(__name__)

ALONE = "web.1"  # the name of a process that found no place to tell from
_PATIENCE_SECONDS = 1.0
_LONGEST_ADDRESS = 100  # bytes; the systems allow 104 or more

_own = ALONE
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Family]).decode


@asynccontextmanager
async def telling(folder: Path, kind: str) -> AsyncIterator[None]:
    """Let the others on this machine ask what this process's meters say."""
    global _own
    if sys.platform == "win32" or len(bytes(folder / f"{kind}.999.socket")) > _LONGEST_ADDRESS:
        logger.warning("/metrics will tell of one process only: no socket can lie in the data folder")
        yield
        return
    with _seat(folder, kind) as address:
        server = await asyncio.start_unix_server(_tell, path=str(address))
        _own = address.stem
        try:
            yield
        finally:
            _own = ALONE
            server.close()


async def told(folder: Path) -> dict[str, list[Family] | None]:
    """Return what each process of this machine says, by its name; None: it lives, and does not answer."""
    others = _others(folder)
    answers = await asyncio.gather(*(_asked(path) for path in others))
    heard = {path.stem: answer for path, answer in zip(others, answers, strict=True) if answer != []}
    return {_own: meters.told(), **heard}


def _others(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.socket") if path.stem != _own)


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
