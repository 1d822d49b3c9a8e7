"""The address of a check: once printed, it is read for ever."""

from uuid import UUID

from orderhub.dossier import tokens
from orderhub.dossier.tokens import Token

ORDER = UUID("01a203f9-9f6f-763c-817b-cefc40cb6afa")
DOSSIER = UUID("01a203f9-9f70-763c-817b-cefc40cb6afb")
PRINTED = "AaID-Z9vdjyBe878QMtq-gGiA_mfcHY8gXvO_EDLavsAAQIDBAUGBwgJCgsMDQ4P2cEmRlCeQAALspf9sR5k7g"


def test_what_stands_on_paper_is_still_read() -> None:
    told = Token(ORDER, DOSSIER, bytes(range(16)))
    assert tokens.read(PRINTED) == told
    assert tokens.write(told) == PRINTED


def test_a_longer_or_a_shorter_one_is_none() -> None:
    assert tokens.read(PRINTED[:-1]) is None
    assert tokens.read(f"{PRINTED}A") is None
