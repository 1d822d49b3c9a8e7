"""The demo's channels: they post what they have to say to the same signed door as everybody, over loopback."""

import random
from contextlib import suppress

import httpx

from orderhub.accounts import shops
from orderhub.accounts.shops import Shop
from orderhub.intake.generic import signature
from orderhub.kernel import clock, postgres

_SECONDS = 10.0


class Channels:
    """Every shop's channel, with its secret."""

    def __init__(self, address: str) -> None:
        self._client = httpx.AsyncClient(base_url=address, timeout=_SECONDS)

    async def close(self) -> None:
        """Hang up."""
        await self._client.aclose()

    async def any_shop(self) -> Shop:
        """Return a shop of the demo, some more often than others."""
        rows = await postgres.fetch("select id from shops where ended_at is null order by id")
        shop_id = random.choices([row["id"] for row in rows], weights=range(len(rows) + 1, 1, -1))[0]
        entrance = await shops.entrance(shop_id)
        assert entrance is not None
        return entrance.shop

    async def tell(self, shop_id: int, body: bytes, *, times: int = 1) -> None:
        """Post a message; `times` more than once is a channel that did not hear the answer and repeats itself."""
        entrance = await shops.entrance(shop_id)
        if entrance is None:
            return
        message_id = f"demo-{random.getrandbits(64):016x}"
        for _ in range(times):
            headers = signature.sign(
                body, message_id=message_id, at=clock.now(), keys=list(entrance.secrets)[:1]
            )
            with suppress(httpx.TransportError):  # the hub is going; a real channel would say it again later
                await self._client.post(f"/webhooks/{shop_id}", content=body, headers=headers)
