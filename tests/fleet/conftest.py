"""A data folder that an embedded server may live in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.folders import short_folder


@pytest.fixture
def embedded_place() -> Iterator[Path]:
    """A data folder not made yet, with a short path, open to the user the server runs as."""
    with short_folder() as folder:
        yield folder / "hub"
