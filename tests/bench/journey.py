"""`journey`: what the first view of the buyer's page weighs, and what Lighthouse says of it, served by the app itself."""

import statistics

import httpx

from orderhub.rendering.languages import LANGUAGES
from tests.bench import lighthouse
from tests.bench.room import Room
from tests.bench.rows import Row
from tests.journey.serving import serving
from tests.journey.three_parcels import busy_order, link_of
from tests.journey.weighing import BUDGET_BYTES, first_view
from tests.servers import Servers, elsewhere

BUDGET_SCORE = 0.98
ROUNDS = 5
CATEGORIES = ("performance", "accessibility", "best-practices")


async def measure(_: Room) -> list[Row]:
    """Measure a page with everything on it at once: three parcels, one stuck, one lost, one at the door."""
    servers = Servers()
    try:
        async with elsewhere(await servers.new_database("embedded")):
            path = await link_of(await busy_order())
            weights = await first_view(path)
            async with serving() as address:
                await _warm(f"{address}{path}")
                scores = await lighthouse.scores(f"{address}{path}", CATEGORIES, rounds=ROUNDS)
    finally:
        servers.stop()
    return [_weight(weights), *(_score(name, score) for name, score in scores.items())]


def _weight(weights: dict[str, int]) -> Row:
    total, most = sum(weights.values()) / 1000, BUDGET_BYTES / 1000
    return Row(
        what="first view, compressed",
        value=total,
        ceiling=most,
        unit="kB",
        budget=1.0,
        more={"files": weights},
    )


def _score(name: str, scores: list[float]) -> Row:
    """The median: Lighthouse slows the processor fourfold, and so whatever else runs on this machine."""
    return Row(
        what=f"Lighthouse mobile: {name}",
        value=statistics.median(scores),
        ceiling=1.0,
        unit="of 1",
        budget=BUDGET_SCORE,
        at_most=False,
        more={"runs": scores},
    )


async def _warm(address: str) -> None:
    """Open the page once in each language, as others have on a hub that runs."""
    async with httpx.AsyncClient() as browser:
        for lang in LANGUAGES:
            await browser.get(address, params={"lang": lang})
