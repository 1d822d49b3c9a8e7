"""The demo's channels: they post what they have to say to the same signed door as everybody, over loopback."""

import random
from collections.abc import Awaitable, Callable
from contextlib import suppress

import httpx

from orderhub.accounts import shops
from orderhub.accounts.shops import Shop
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
        message_id = new_id()
        for _ in range(2 if random.random() < 0.05 else 1):
            headers = signature.sign(body, message_id=message_id, at=clock.now(), keys=entrance.secrets[:1])
            with suppress(httpx.TransportError):  # the hub is going; a real channel would say it again later
                await self._client.post(f"/webhooks/{shop_id}", content=body, headers=headers)


async def any_shop() -> Shop:
    """Return a shop of the demo, some more often than others."""
    rows = await postgres.fetch(
        "select id from shops where channel = 'generic' and ended_at is null order by id"
    )
    shop_id = random.choices([row["id"] for row in rows], weights=range(len(rows) + 1, 1, -1))[0]
    entrance = await shops.entrance(shop_id)
    assert entrance is not None
    return entrance.shop


def new_id() -> str:
    """Return the id a channel gives a message of its own."""
    return f"demo-{random.getrandbits(64):016x}"
