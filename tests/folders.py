"""Folders that an embedded server may live in: pytest's own are closed to the user it runs as, and their paths too long."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from orderhub.storage.embedded import EmbeddedServer
from tests.servers import kill

_MEMORY = Path("/dev/shm")
_ENOUGH_BYTES = 8 * 2**30  # two processes with their servers hold up to half of that


def use_memory() -> None:
    """Put temporary folders of this run into memory, where there is plenty, unless TMPDIR says where they go.

    What is committed waits for the disk else, half of the time. Nothing here is kept, and no test cuts the power.
    """
    if "TMPDIR" not in os.environ and _has_plenty(_MEMORY):
        # Pytest's own folders stay: their paths are as long as a socket's may be, and it keeps those of three runs.
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", tempfile.gettempdir())
        os.environ["TMPDIR"] = str(_MEMORY)
        tempfile.tempdir = None  # look again


def _has_plenty(memory: Path) -> bool:
    if not memory.is_dir() or not os.access(memory, os.W_OK):
        return False
    there = os.statvfs(memory)
    free = min(there.f_bavail * there.f_frsize, psutil.virtual_memory().available)
    return free >= _ENOUGH_BYTES and not there.f_flag & os.ST_NOEXEC


@contextmanager
def short_folder() -> Iterator[Path]:
    """A folder with a short path that every user may enter; the servers of the data folders in it end with it."""
    folder = Path(tempfile.mkdtemp(prefix="orderhub-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        for data in folder.iterdir():
            if data.is_dir():
                kill(EmbeddedServer(data))
        shutil.rmtree(folder)
