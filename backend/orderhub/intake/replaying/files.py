"""Every kind of order file that can be replayed."""

from hashlib import sha256
from pathlib import Path
from typing import Final

from orderhub.intake.replaying import tmall
from orderhub.intake.replaying.refusals import UnusableFile
from orderhub.intake.replaying.replayed import OrderFile

KINDS: Final[tuple[OrderFile, ...]] = (tmall.FILE,)


def kind_of(path: Path) -> OrderFile:
    """Return the kind a file is of, by its columns."""
    for kind in KINDS:
        if kind.fits(path):
            return kind
    known = ", ".join(kind.name for kind in KINDS)
    raise UnusableFile(where=str(path), expected=known, got="?" if path.is_file() else "—")


def digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, by which its progress is remembered."""
    with path.open("rb") as file:
        hashed = sha256()
        while chunk := file.read(1 << 20):
            hashed.update(chunk)
    return hashed.hexdigest()
