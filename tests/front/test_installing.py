"""What a phone is given to install the app: worker, manifest, offline page."""

import json
import re
from typing import Any

import pytest

from orderhub.front import installing, pages
from orderhub.rendering.assets import asset
from tests.browsers import Browser

pytestmark = pytest.mark.usefixtures("clean")


def release(script: str) -> dict[str, Any]:
    """Return what the hub wrote at the head of a worker."""
    head = re.match(r"self\.release=(\{.*?\});\n", script)
    assert head
    told: dict[str, Any] = json.loads(head[1])
    return told


async def test_the_worker_is_asked_for_anew_each_time_and_fetches_from_here_only() -> None:
    async with Browser() as browser:
        answer = await browser.get("/sw.js")
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["content-security-policy"] == "default-src 'none'; connect-src 'self'"


async def test_every_file_of_the_shell_is_served_and_kept_for_ever() -> None:
    async with Browser() as browser:
        told = release((await browser.get("/sw.js")).text)
        for address in told["files"]:
            answer = await browser.get(address)
            assert (answer.status_code, "immutable" in answer.headers["cache-control"]) == (200, True)
        assert (await browser.get(told["offline"])).status_code == 200
    assert asset("app.js") in told["files"]


async def test_another_word_on_the_offline_page_is_another_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Browser() as browser:
        before = release((await browser.get("/sw.js")).text)["name"]
        installing._headed.cache_clear()
        monkeypatch.setattr(pages, "offline", lambda: "another page")
        after = release((await browser.get("/sw.js")).text)["name"]
    installing._headed.cache_clear()
    assert before != after


async def test_the_offline_page_speaks_both_languages_and_is_nobodys() -> None:
    async with Browser() as browser:
        answer = await browser.get("/offline")
    assert answer.headers["cache-control"] == "no-cache"
    assert "set-cookie" not in answer.headers
    assert "csrf" not in answer.text
    for words in (
        "什么都没丢",
        "Nothing is lost",
        "没有网，这一页打不开",
        "No network; this page cannot be opened",
    ):
        assert words in answer.text


@pytest.mark.parametrize(("accepted", "name"), [("zh-CN", "订单中枢"), ("en", "OrderHub")])
async def test_the_manifest_speaks_the_readers_language(accepted: str, name: str) -> None:
    async with Browser() as browser:
        answer = await browser.get("/manifest.webmanifest", headers={"Accept-Language": accepted})
    told = answer.json()
    assert answer.headers["content-type"] == "application/manifest+json"
    assert (told["name"], told["short_name"], told["lang"]) == (name, name, accepted)
    assert (told["id"], told["start_url"], told["scope"], told["display"]) == ("/", "/", "/", "standalone")
    assert {(icon["sizes"], icon["purpose"]) for icon in told["icons"]} == {
        ("192x192", "any"),
        ("512x512", "any"),
        ("192x192", "maskable"),
        ("512x512", "maskable"),
    }
