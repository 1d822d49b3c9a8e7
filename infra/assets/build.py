"""Writes web/dist: hashed names, compressed twins, and the manifest that leads from logical to hashed name."""

import gzip
import hashlib
import json
from pathlib import Path, PurePosixPath

import brotli

from infra.assets.inputs import DIST, ROOT, fingerprint, sources

MANIFEST = DIST / "manifest.json"
# Outside web/dist, because that folder travels in the wheel.
LAST_BUILD = ROOT / "build" / "assets.inputs"
COMPRESSIBLE = {".css", ".js", ".json", ".svg", ".txt", ".webmanifest"}


def main() -> None:
    inputs = fingerprint(sources())
    if is_current(inputs):
        return
    # Imported here, because importing what Node needs costs more than finding out that nothing changed.
    from infra.assets import bundle, node

    node.install_packages()
    manifest = write(bundle.files())
    LAST_BUILD.parent.mkdir(exist_ok=True)
    LAST_BUILD.write_text(inputs)
    print(f"assets: {len(manifest)} files in {DIST.relative_to(ROOT)}")


def is_current(inputs: str) -> bool:
    if not (MANIFEST.is_file() and LAST_BUILD.is_file() and LAST_BUILD.read_text() == inputs):
        return False
    return all((DIST / name).is_file() for name in json.loads(MANIFEST.read_bytes()).values())


def write(files: dict[str, bytes]) -> dict[str, str]:
    """Writes new files, then the manifest, then removes old files: a reader of the manifest finds what it names."""
    manifest = {name: hashed_name(name, content) for name, content in files.items()}
    for name, content in files.items():
        _write_with_twins(DIST / manifest[name], content)
    unfinished = MANIFEST.with_suffix(".new")
    unfinished.write_text(json.dumps(manifest, indent=2, sort_keys=True) + "\n")
    unfinished.replace(MANIFEST)
    _remove_all_but(set(manifest.values()))
    return manifest


def hashed_name(name: str, content: bytes) -> str:
    """`images/logo.svg` becomes `images/logo-3f2a9c01d4.svg`: a name that may be cached for ever."""
    path = PurePosixPath(name)
    return str(path.with_name(f"{path.stem}-{hashlib.sha256(content).hexdigest()[:10]}{path.suffix}"))


def _write_with_twins(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    if path.suffix not in COMPRESSIBLE:
        return
    twins = {".br": brotli.compress(content, quality=11), ".gz": gzip.compress(content, 9, mtime=0)}
    for ending, packed in twins.items():
        if len(packed) < len(content):
            path.with_name(path.name + ending).write_bytes(packed)


def _remove_all_but(names: set[str]) -> None:
    wanted = {MANIFEST} | {DIST / name for name in names}
    for path in DIST.rglob("*"):
        original = path.with_suffix("") if path.suffix in {".br", ".gz"} else path
        if path.is_file() and original not in wanted:
            path.unlink()
