"""Every test begins with nobody having guessed anything."""

import pytest

from orderhub.journey import guesses


@pytest.fixture(autouse=True)
def _no_guesses() -> None:
    guesses.forget()
