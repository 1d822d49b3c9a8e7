"""A hub of which only the address is known, and an API token: what it sells, and what it holds afterwards, by its JSON doors."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx

from orderhub.intake.load.orders import Good, Rehearsed
from orderhub.intake.load.refusals import HubSaysNo, NothingOnSale
from orderhub.intake.reasons import shown
from orderhub.kernel import clock

_MOST_GOODS = 500
_SECONDS = 30.0
_CLOCKS_APART = timedelta(minutes=5)


class OtherHub:
    """One hub, asked with a token."""

    def __init__(self, door: str, token: str) -> None:
        parts = urlsplit(door)
        self._address = f"{parts.scheme}://{parts.netloc}"
        self._shop = parts.path.rstrip("/").rpartition("/")[2]
        self._headers = {"authorization": f"Bearer {token}"}
        self._began = clock.now() - _CLOCKS_APART

    async def goods(self) -> list[Good]:
        """Return what it sells; a shop takes every SKU under the hub's own code too."""
        async with self._client() as client:
            page = await _told(client, "/api/skus", limit=_MOST_GOODS)
        goods = [Good(sku["code"], sku["name"]) for sku in page["skus"] if not sku["ended"]]
        if not goods:
            raise NothingOnSale(shop=self._shop)
        return goods

    async def held(self, orders: Sequence[Rehearsed]) -> Mapping[str, Sequence[int]]:
        """Return what it holds of these orders, reading the shop's list back to the moment before the first of them."""
        wanted, found = {order.number for order in orders}, dict[str, list[int]]()
        async for order in self._newest_first():
            if datetime.fromisoformat(order["placed_at"]) < self._began:
                break
            if order["outside"] in wanted:
                found.setdefault(order["outside"], []).append(order["amount_minor"])
        return found

    async def _newest_first(self) -> AsyncIterator[dict[str, Any]]:
        async with self._client() as client:
            page = await _told(client, "/api/orders", shop=self._shop)
            while True:
                for order in page["orders"]:
                    yield order
                if page["next"] is None:
                    return
                page = await _told(client, "/api/orders", shop=self._shop, after=page["next"])

    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=self._address, headers=self._headers, timeout=_SECONDS, trust_env=False
        )


async def _told(client: httpx.AsyncClient, path: str, **asked: Any) -> dict[str, Any]:
    try:
        answer = await client.get(path, params=asked)
    except httpx.HTTPError as error:
        raise HubSaysNo(url=f"{client.base_url}{path}", said=f"{type(error).__name__} {error}") from None
    if answer.status_code != httpx.codes.OK:
        raise HubSaysNo(url=str(answer.url), said=f"{answer.status_code} {shown(answer.text)}")
    told: dict[str, Any] = answer.json()
    return told
