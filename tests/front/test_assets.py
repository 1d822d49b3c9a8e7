"""Built files: kept for ever, in the smallest form the browser reads, and nothing but them."""

import gzip
from pathlib import Path

import pytest

from orderhub.front import assets
from tests.browsers import Browser

SCRIPT = b"console.log('hello')" * 100


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as the build writes it, in place of the real one."""
    (tmp_path / "images").mkdir()
    (tmp_path / "app-0123456789.js").write_bytes(SCRIPT)
    (tmp_path / "app-0123456789.js.gz").write_bytes(gzip.compress(SCRIPT))
    (tmp_path / "app-0123456789.js.br").write_bytes(b"as brotli")
    (tmp_path / "images" / "logo-abcdef0123.svg").write_bytes(b"<svg/>")
    (tmp_path / "plain.js").write_bytes(b"1")
    (tmp_path / "manifest.json").write_bytes(b"{}")
    (tmp_path / "notes.py").write_bytes(b"secret")
    (tmp_path.parent / "outside.js").write_bytes(b"outside")
    monkeypatch.setattr(assets, "_folder", lambda: tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("identity", None),
        ("", None),
    ],
)
async def test_the_smallest_form_the_browser_reads_is_sent(
    built: Path, accepted: str, encoding: str | None
) -> None:
    async with (
        Browser() as browser,
        browser.stream("GET", "/assets/app-0123456789.js", headers={"Accept-Encoding": accepted}) as answer,
    ):
        raw = b"".join([part async for part in answer.aiter_raw()])
    assert answer.headers.get("content-encoding") == encoding
    assert answer.headers["vary"] == "Accept-Encoding"
    plain = gzip.decompress(raw) if encoding == "gzip" else raw
    assert plain == (b"as brotli" if encoding == "br" else SCRIPT)


async def test_a_file_whose_name_holds_its_digest_is_kept_for_ever(built: Path) -> None:
    async with Browser() as browser:
        script = await browser.get("/assets/app-0123456789.js", headers={"Accept-Encoding": "identity"})
        plain = await browser.get("/assets/plain.js")
        logo = await browser.get("/assets/images/logo-abcdef0123.svg")
    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "set-cookie" not in script.headers
    assert plain.headers["cache-control"] == "no-cache"
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert logo.headers["content-type"] == "image/svg+xml"


@pytest.mark.parametrize(
    "path",
    [
        "../outside.js",
        "%2e%2e/outside.js",
        "images/../../outside.js",
        "/etc/hosts",
        "notes.py",
        "manifest.json",
        "app-0123456789.js.gz",
        "images",
        "",
        "gone-0123456789.js",
        "%00.js",
    ],
)
async def test_nothing_but_built_files_is_served(built: Path, path: str) -> None:
    async with Browser() as browser:
        answer = await browser.get(f"/assets/{path}")
    assert answer.status_code == 404
