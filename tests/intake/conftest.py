"""Where the real order files lie: DATA, or ../shared/data beside the repository. Without them their tests are skipped."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

_ROOT = Path(__file__).resolve().parents[2]

# A machine that does other things too is slow now and then; that is no fault of the code.
settings.register_profile("unhurried", parent=settings.get_profile("default"), deadline=None)
settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real input files."""
    folder = Path(os.environ.get("DATA") or _ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no input files in {folder}; name their folder with DATA")
    return folder
