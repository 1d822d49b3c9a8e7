"""What the first view of the buyer's page weighs on its way to a phone: as compressed as it is really sent."""

import re

from tests.browsers import Browser

BUDGET_BYTES = 30_000


async def first_view(path: str) -> dict[str, int]:
    """Return the bytes of the page and of everything it loads, by address without digests."""
    async with Browser() as browser:
        weights = {"page": await _weight(browser, f"{path}?lang=zh-CN")}
        page = (await browser.get(f"{path}?lang=zh-CN")).text
        for address in sorted(
            {found.partition("#")[0] for found in re.findall(r'(?:src|href)="(/assets/[^"]+)"', page)}
        ):
            name = re.sub(r"-[0-9a-f]{10}(?=\.)", "", address.removeprefix("/assets/"))
            weights[name] = await _weight(browser, address)
    return weights


async def _weight(browser: Browser, address: str) -> int:
    headers = {"Accept-Encoding": "gzip, deflate, br"}
    async with browser.stream("GET", address, headers=headers) as answer:
        assert answer.status_code == 200, address
        return sum([len(part) async for part in answer.aiter_raw()])
