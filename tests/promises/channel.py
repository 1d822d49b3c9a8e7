"""A sales channel as the hub meets it: a shop with a secret, which posts signed messages to the shop's door."""

import asyncio
from collections.abc import Sequence
from typing import Any, NamedTuple, Self

import httpx
import msgspec

from orderhub.accounts import shop_secrets
from orderhub.accounts.warehouses import NewWarehouse, add
from orderhub.intake.generic import signature
from orderhub.kernel import clock, postgres
from orderhub.kernel.actors import SYSTEM
from tests.browsers import HOST, hub

SKUS = ("FILTER", "WIPER", "COOLANT")


class Post(NamedTuple):
    """One message: the id the channel gave it, and what it says."""

    id: str
    said: dict[str, Any]


class Goods(NamedTuple):
    """What every shop of a test sells, and from where."""

    warehouse_id: int
    skus: dict[str, int]


async def goods() -> Goods:
    """Make a warehouse and three SKUs."""
    async with postgres.transaction() as tx:
        house = await add(
            tx, NewWarehouse(code="SZ", name="苏州一仓", time_zone="Asia/Shanghai"), actor=SYSTEM
        )
        product = await tx.fetchval("insert into products (name) values ('汽车用品') returning id")
        rows = await tx.fetch(
            "insert into skus (code, product_id, name) select x, $1, x from unnest($2::text[]) x returning code, id",
            product,
            list(SKUS),
        )
    return Goods(house.id, {row["code"]: row["id"] for row in rows})


class Channel(httpx.AsyncClient):
    """The channel of one shop; each outside SKU is called as ours."""

    shop_id: int
    secret: bytes

    @classmethod
    async def of_a_new_shop(cls, goods: Goods, *, name: str = "旗舰店") -> Self:
        """Open a shop, and connect to its door."""
        async with postgres.transaction() as tx:
            shop_id = await tx.fetchval(
                """insert into shops (name, channel, currency, time_zone, default_warehouse_id)
                   values ($1, 'generic', 'CNY', 'Asia/Shanghai', $2) returning id""",
                *(name, goods.warehouse_id),
            )
            secret = await shop_secrets.add(tx, shop_id)
        return await cls.of_a_shop(shop_id, secret, goods)

    @classmethod
    async def of_a_shop(cls, shop_id: int, secret: str, goods: Goods) -> Self:
        """Connect to the door of a shop that sells these goods."""
        await postgres.execute(
            """insert into listings (shop_id, outside_sku, sku_id, quantity)
               select $1, code, id, 1 from unnest($2::text[], $3::int[]) as x(code, id)""",
            *(shop_id, list(goods.skus), list(goods.skus.values())),
        )
        transport = httpx.ASGITransport(hub(), raise_app_exceptions=False)
        channel = cls(transport=transport, base_url=HOST, timeout=120)
        channel.shop_id, channel.secret = shop_id, signature.decode_secret(secret)
        return channel

    async def tell(self, post: Post) -> dict[str, Any]:
        """Post one message as the channel would, and return the receipt."""
        answer = await self.post_signed(post)
        assert answer.status_code == 202, answer.text
        receipt: dict[str, Any] = answer.json()
        return receipt

    async def post_signed(self, post: Post) -> httpx.Response:
        """Post one message, and return whatever is answered."""
        body = msgspec.json.encode(post.said)
        headers = signature.sign(body, message_id=post.id, at=clock.now(), keys=[self.secret])
        return await self.post(f"/webhooks/{self.shop_id}", content=body, headers=headers)

    async def tell_together(self, posts: Sequence[Post]) -> list[dict[str, Any]]:
        """Post several at once, so that they may be taken in one transaction."""
        return list(await asyncio.gather(*(self.tell(post) for post in posts)))
