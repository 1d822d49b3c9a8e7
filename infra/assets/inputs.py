"""What the assets are made of, and a digest that changes when any of it does."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "web"
SW = ROOT / "sw"
DIST = WEB / "dist"
CONFIGURATION = ("package.json", "package-lock.json", "tsconfig.json")


def sources() -> list[Path]:
    """Every file whose change must lead to a new build, this builder's own files among them."""
    found = [WEB / name for name in CONFIGURATION]
    for folder in (WEB / "src", WEB / "styles", WEB / "images", Path(__file__).parent):
        found += folder.rglob("*")
    found += [WEB / "icons.svg", SW / "tsconfig.json", *SW.glob("*.ts")]
    return sorted(path for path in found if path.is_file() and path.suffix != ".pyc")


def fingerprint(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(ROOT).as_posix()} {content}\n".encode())
    return digest.hexdigest()
