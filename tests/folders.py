"""Folders that an embedded server may live in: pytest's own are closed to the user it runs as, and their paths too long."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orderhub.storage.embedded import EmbeddedServer
from tests.servers import kill


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
