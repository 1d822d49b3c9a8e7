"""Telling the lives of orders to the hub: through intake and through moves, each at its own time."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from orderhub.accounts import shops
from orderhub.accounts.shops import Shop
from orderhub.delivery import allocation
from orderhub.intake.receiving import arrived, receive
from orderhub.kernel import clock, postgres
from orderhub.kernel.actors import SYSTEM, Actor
from orderhub.kernel.moves import Move, finish, move
from orderhub.kernel.work import Work
from tests.screens.goods import NAMES, PRICES
from tests.screens.lives import BUYERS, Life, Step

CARRIERS = ("顺丰", "中通", "圆通速递", "DHL Express")
MOVES = {"picking": "pick", "packed": "pack"}


class Teller:
    """Knows the shops and who works where; tells one step at a time."""

    def __init__(self, shop_ids: dict[str, int], floor: dict[str, Actor]) -> None:
        self._ids = shop_ids
        self._floor = floor
        self._told = 0

    async def tell(self, step: Step, life: Life) -> None:
        """Let one thing happen to an order."""
        number = number_of(step.order, life)
        with clock.frozen(step.at):
            if step.name in MOVES:
                await self._move(number, life, MOVES[step.name])
            elif step.name == "collected":
                await self._move(number, life, "collect", waybill=_waybill(step.order))
            else:
                await self._say(life, _message(step, life, number))
        if step.name == "lost":
            await self._send_again(number, step.at + timedelta(minutes=20))

    async def refund(self, order: int, life: Life, at: datetime) -> None:
        """Give money back."""
        number = number_of(order, life)
        row = {"number": f"RF-{number[-8:]}", "amount": life.refunded, "at": at.isoformat()}
        with clock.frozen(at):
            await self._say(life, {"order": _named(number, at), "refunds": [row]})

    async def shop(self, name: str) -> Shop:
        """Return a shop of the story."""
        entrance = await shops.entrance(self._ids[name])
        assert entrance is not None
        return entrance.shop

    async def _say(self, life: Life, message: dict[str, Any]) -> None:
        self._told += 1
        body = msgspec.json.encode(message)
        one = arrived(await self.shop(life.shop), outside_id=f"s{self._told}", body=body, at=clock.now())
        (outcome,) = await receive([one])
        assert outcome.state == "applied", outcome

    async def _move(self, number: str, life: Life, transition: str, **facts: str) -> None:
        subject = await postgres.fetchval(
            "select s.id from shipments s join orders o on o.id = s.order_id where o.channel_number = $1",
            number,
        )
        wish = Move(subject=subject, transition=transition, facts=facts)
        (verdict,) = await move([wish], actor=self._floor[life.shop])
        assert verdict.refused is None, verdict

    async def _send_again(self, number: str, at: datetime) -> None:
        order_id: UUID = await postgres.fetchval("select id from orders where channel_number = $1", number)
        with clock.frozen(at):
            async with postgres.transaction() as tx:
                work = await Work.begin(tx, SYSTEM, [order_id], with_children_of=[order_id])
                await allocation.allocate(work, [work.subject(order_id)])
                await finish(work)


def number_of(order: int, life: Life) -> str:
    """Return the channel's number, in the channel's own style."""
    if life.shop == "ebay":
        return f"26-{13000 + order * 37}-{70021 + order * 913}"
    return f"{6933410288 + order * 104729}{order * 7919 % 10**8:08}"


def _waybill(order: int) -> str:
    return f"SF1029{33844471 + order * 99991:09}"


def _named(number: str, at: datetime) -> dict[str, Any]:
    return {"number": number, "updated_at": at.isoformat()}


def _message(step: Step, life: Life, number: str) -> dict[str, Any]:
    if step.name == "placed":
        return {"order": _named(number, step.at) | _contents(step, life)}
    if step.name == "paid":
        row = {"number": f"42000{number[:14]}", "amount": total(life), "at": step.at.isoformat()}
        return {"order": _named(number, step.at), "payments": [row]}
    if step.name in ("cancelled", "closed"):
        return {"order": _named(number, step.at) | {"status": step.name}}
    carrier = CARRIERS[step.order % len(CARRIERS)]
    event = {
        "waybill": _waybill(step.order),
        "carrier": carrier,
        "status": step.name,
        "at": step.at.isoformat(),
    }
    return {"order": _named(number, step.at), "shipments": [event]}


def _contents(step: Step, life: Life) -> dict[str, Any]:
    lines = [
        {
            "sku": f"T-{code}",
            "name": NAMES[code],
            "quantity": pieces,
            "unit_price": PRICES[code],
            "amount": PRICES[code] * pieces,
        }
        for code, pieces in life.lines
    ]
    return {
        "placed_at": step.at.isoformat(),
        "status": "placed",
        "amounts": {
            "goods": goods(life),
            "discount": life.discount,
            "shipping": life.shipping,
            "total": total(life),
        },
        "lines": lines,
        "receiver": BUYERS[step.order % len(BUYERS)]._asdict(),
        "remark": life.remark,
    }


def goods(life: Life) -> int:
    """Return what the lines cost."""
    return sum(PRICES[code] * pieces for code, pieces in life.lines)


def total(life: Life) -> int:
    """Return what is to be paid."""
    return goods(life) - life.discount + life.shipping
