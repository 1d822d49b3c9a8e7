"""`make bench`: measures what ONLY names, prints a table, writes build/bench.json, and fails where a budget does not hold."""

import asyncio
import os
import sys
import tempfile
from pathlib import Path

import msgspec

from orderhub import house  # noqa: F401 - opens every room
from orderhub.kernel import secrets
from orderhub.storage.embedded import EmbeddedServer
from orderhub.storage.server_user import FolderClosed
from tests.bench.room import Size
from tests.bench.running import Result, UnknownBenchmark, chosen, run
from tests.bench.serving import ROOT_KEY
from tests.bench.street import Street

_BUILD = Path(__file__).resolve().parents[2] / "build"


def main() -> None:
    """Run once, on a PostgreSQL of its own in build/bench."""
    try:
        names, data = chosen(os.environ.get("ONLY", "")), _data(os.environ.get("DATA", ""))
    except (UnknownBenchmark, NotADirectoryError) as error:
        sys.exit(str(error))
    secrets.open_root(ROOT_KEY)
    server = _server()
    try:
        result = asyncio.run(_run(names, server, data))
    finally:
        server.leave()
    (_BUILD / "bench.json").write_bytes(msgspec.json.format(msgspec.json.encode(result.told)) + b"\n")
    print(f"\n{result}\n\nwritten to build/bench.json")
    sys.exit(0 if result.holds else 1)


def _server() -> EmbeddedServer:
    """Start a server of our own; where another user has to run it and cannot come here, it lies in the temporary folder."""
    here = EmbeddedServer(_BUILD / "bench")
    try:
        here.start()
        return here
    except FolderClosed as closed:
        elsewhere = EmbeddedServer(Path(tempfile.gettempdir()) / f"orderhub-bench-{os.getuid()}")
        print(
            f"{closed.data['folder']} is closed to the server's user; the databases are in {elsewhere.data}"
        )
        elsewhere.start()
        return elsewhere


async def _run(names: tuple[str, ...], server: EmbeddedServer, data: Path | None) -> Result:
    street = Street(server.url, server.data)
    try:
        return await run(names, street, Size(), data=data)
    finally:
        await street.close()


def _data(told: str) -> Path | None:
    if told and not Path(told).is_dir():
        raise NotADirectoryError(f"expected a folder laid out as shared/data in DATA, got {told}")
    return Path(told) if told else None


if __name__ == "__main__":
    main()
