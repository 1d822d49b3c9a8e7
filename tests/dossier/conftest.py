"""What dossiers need: nobody has guessed anything, and a folder where this hub's anchors go."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from orderhub.dossier import pages, tokens
from tests.browsers import hub
from tests.chromium import chromium as chromium
from tests.journey.conftest import buyers as buyers
from tests.journey.conftest import served as served


@pytest.fixture(autouse=True)
def _no_guesses() -> None:
    pages.guesses.forget()


@pytest.fixture
def anchors(tmp_path: Path) -> Iterator[Path]:
    """The folder of the anchors, empty at first."""
    hub()  # whose making says there is none
    tokens.use_anchors(tmp_path)
    yield tmp_path
    tokens.use_anchors(None)
