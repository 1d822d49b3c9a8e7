"""The service desk of the tests: an order on its way with every kind of number, and somebody who asks for it."""

from typing import Any
from uuid import UUID

import httpx
import msgspec

from orderhub.kernel import clock, postgres
from orderhub.orders.masking import Receiver
from tests.browsers import Browser
from tests.journey.three_parcels import go
from tests.people import hire
from tests.placed import WANG, draft, placed, shipment_of, shop

CHANNEL_NUMBER = "69334102887051"
WAYBILL = "SF1029338444471"


async def on_its_way(
    place: tuple[int, int, int],
    number: str = CHANNEL_NUMBER,
    *,
    waybill: str = WAYBILL,
    receiver: Receiver = WANG,
) -> UUID:
    """Place and pay an order, and give its parcel to the carrier."""
    one = msgspec.structs.replace(draft(place, number), placed_at=clock.now(), receiver=receiver)
    (order,) = await placed([one])
    await go(await shipment_of(order), "deliver", waybill=waybill, carrier="顺丰")
    return order


async def our_shop() -> tuple[int, int, int]:
    return await shop()


async def number_of(order: UUID) -> str:
    """Return our own number of an order."""
    return str(await postgres.fetchval("select number from orders where id = $1", order))


async def he(**reach: Any) -> Browser:
    """Return the browser of somebody of the service, signed in."""
    browser = Browser()
    return await browser.arrive(await hire("he", "service", **reach))


async def asked(browser: Browser, q: str, *, lang: str = "en") -> httpx.Response:
    """Open the desk with something in the box."""
    return await browser.get("/desk", params={"q": q, "lang": lang})
