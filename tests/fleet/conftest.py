"""A data folder that an embedded server may live in."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from orderhub.storage.embedded import EmbeddedServer
from tests.servers import kill


@pytest.fixture
def embedded_place() -> Iterator[Path]:
    """A folder with a short path, open to the user the server runs as."""
    around = Path(tempfile.mkdtemp(prefix="orderhub-"))
    around.chmod(0o755)
    yield around / "hub"
    kill(EmbeddedServer(around / "hub"))
    shutil.rmtree(around)
