"""Assets get names that may be cached for ever, compressed twins, and a manifest that is never ahead of its files."""

import gzip
import json
from pathlib import Path

import brotli
import pytest

from infra.assets import build


@pytest.fixture
def dist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(build, "DIST", tmp_path)
    monkeypatch.setattr(build, "MANIFEST", tmp_path / "manifest.json")
    monkeypatch.setattr(build, "LAST_BUILD", tmp_path / "inputs")
    return tmp_path


def test_the_manifest_leads_from_the_plain_name_to_the_file(dist: Path) -> None:
    build.write({"app.css": b"p{margin:0}" * 50, "images/logo.svg": b"<svg/>"})
    manifest = json.loads((dist / "manifest.json").read_bytes())
    assert set(manifest) == {"app.css", "images/logo.svg"}
    assert (dist / manifest["app.css"]).read_bytes() == b"p{margin:0}" * 50


def test_compressed_twins_hold_the_same_bytes(dist: Path) -> None:
    content = b"p{margin:0}" * 50
    name = build.write({"app.css": content})["app.css"]
    assert brotli.decompress((dist / f"{name}.br").read_bytes()) == content
    assert gzip.decompress((dist / f"{name}.gz").read_bytes()) == content


def test_a_twin_that_saves_nothing_is_not_written(dist: Path) -> None:
    name = build.write({"tiny.svg": b"<"})["tiny.svg"]
    assert not (dist / f"{name}.br").exists()


def test_other_content_gets_another_name_and_the_old_file_goes(dist: Path) -> None:
    first = build.write({"app.js": b"one();" * 50})["app.js"]
    second = build.write({"app.js": b"two();" * 50})["app.js"]
    assert first != second
    assert {path.name for path in dist.iterdir()} == {"manifest.json", second, f"{second}.br", f"{second}.gz"}


def test_the_same_content_keeps_its_name(dist: Path) -> None:
    assert build.write({"app.js": b"one();"}) == build.write({"app.js": b"one();"})


def test_a_build_is_current_until_an_input_or_a_file_is_gone(dist: Path) -> None:
    name = build.write({"app.js": b"one();"})["app.js"]
    (dist / "inputs").write_text("digest")
    assert build.is_current("digest")
    assert not build.is_current("another digest")
    (dist / name).unlink()
    assert not build.is_current("digest")
