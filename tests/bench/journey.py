"""`journey`: what the first view of the buyer's page weighs, and what Lighthouse says of it, served by the app itself."""

import statistics

import httpx

from orderhub.kernel import clock, postgres
from orderhub.rendering.languages import LANGUAGES
from tests.bench import lighthouse
from tests.bench.houses import House
from tests.bench.room import Room
from tests.bench.rows import Row
from tests.bench.seeds.making import AT
from tests.journey.serving import serving
from tests.journey.three_parcels import busy_order, link_of
from tests.journey.weighing import BUDGET_BYTES, first_view
from tests.servers import Servers, elsewhere

BUDGET_SCORE = 0.98
CATEGORIES = ("performance", "accessibility", "best-practices")

_TRIED = 20
_LONGEST = "select root_id from visits group by root_id order by count(*) desc, root_id limit $1"


async def measure(room: Room) -> list[Row]:
    """Measure the longest pages of a history, and one with everything on it at once: stuck, lost and at the door."""
    rows = [await _longest(await room.history(room.size.few))]
    servers = Servers()
    try:
        async with elsewhere(await servers.new_database("embedded")):
            path = await link_of(await busy_order())
            rows.append(_weight("first view of three parcels", await first_view(path)))
            # None where the harness itself is tried: Lighthouse is large, and has to be fetched.
            if rounds := room.size.rounds // 60:
                scores = await _scores(path, rounds)
                rows += [_score(name, found) for name, found in scores.items()]
    finally:
        servers.stop()
    return rows


async def _longest(house: House) -> Row:
    with house.entered(), clock.frozen(AT):
        orders = await postgres.fetch(_LONGEST, _TRIED)
        weighed = [await first_view(await link_of(row["root_id"])) for row in orders]
    return _weight(f"heaviest of {len(weighed)} orders", max(weighed, key=lambda weights: weights["page"]))


async def _scores(path: str, rounds: int) -> dict[str, list[float]]:
    async with serving() as address:
        await _warm(f"{address}{path}")
        return await lighthouse.scores(f"{address}{path}", CATEGORIES, rounds=rounds)


def _weight(what: str, weights: dict[str, int]) -> Row:
    total, most = sum(weights.values()) / 1000, BUDGET_BYTES / 1000
    return Row(
        what=f"{what}, compressed",
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
