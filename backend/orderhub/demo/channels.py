"""The demo's channels: they post what they have to say to the same signed door as everybody, over loopback."""

from collections.abc import Awaitable, Callable
from contextlib import suppress

import httpx

from orderhub.accounts import shops
from orderhub.accounts.shops import Shop
from orderhub.demo import dialect
from orderhub.demo.cast import STOREFRONTS
from orderhub.demo.chance import dice
from orderhub.intake import receiving
from orderhub.intake.generic import signature
from orderhub.kernel import clock, postgres

_SECONDS = 10.0

# How a channel says something: to the door while the demo lives, to the verb behind it while its past is made up.
Tell = Callable[[int, bytes], Awaitable[None]]


class Channels:
    """Every shop's channel, with its secret."""

    def __init__(self, address: str) -> None:
        self._client = httpx.AsyncClient(base_url=address, timeout=_SECONDS, trust_env=False)

    async def close(self) -> None:
        """Hang up."""
        await self._client.aclose()

    async def tell(self, shop_id: int, body: bytes) -> None:
        """Post a message; one channel in twenty does not hear the answer, and says it twice."""
        entrance = await shops.entrance(shop_id)
        if entrance is None:
            return
        said, message_id = dialect.spoken(entrance.shop, body), new_id()
        for _ in range(2 if dice.random() < 0.05 else 1):
            headers = signature.sign(said, message_id=message_id, at=clock.now(), keys=entrance.secrets[:1])
            with suppress(httpx.TransportError):  # the hub is going; a real channel would say it again later
                await self._client.post(f"/webhooks/{shop_id}", content=said, headers=headers)


async def tell_the_verb(shop_id: int, body: bytes) -> None:
    """Say something without a door: what a past is made of, when nobody listens yet."""
    entrance = await shops.entrance(shop_id)
    assert entrance is not None
    said = dialect.spoken(entrance.shop, body)
    one = receiving.arrived(entrance.shop, outside_id=new_id(), body=said, at=clock.now())
    await receiving.receive([one])


async def any_shop() -> Shop:
    """Return a shop of the demo, some more often than others; a visitor may have renamed or ended some."""
    rows = await postgres.fetch(
        "select id from shops where channel = 'generic' and ended_at is null order by id"
    )
    weights = [front.weight for front in STOREFRONTS] + [1] * len(rows)
    shop_id = dice.choices([row["id"] for row in rows], weights=weights[: len(rows)])[0]
    entrance = await shops.entrance(shop_id)
    assert entrance is not None
    return entrance.shop


async def shop_of_a_dialect() -> Shop | None:
    """Return the shop that has its own words, while it is open."""
    shop_id = await postgres.fetchval(
        "select min(id) from shops where channel = 'generic' and settings ? 'mapping' and ended_at is null"
    )
    entrance = await shops.entrance(shop_id) if shop_id else None
    return entrance.shop if entrance else None


def new_id() -> str:
    """Return the id a channel gives a message of its own."""
    return f"demo-{dice.getrandbits(64):016x}"
