"""Messages that could not be applied, each for another reason; one was replayed, one dismissed."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from orderhub.catalog import listing
from orderhub.catalog.listing import ListingEntry
from orderhub.intake.receiving import arrived, receive
from orderhub.intake.replay import replay
from orderhub.kernel import clock, postgres
from orderhub.kernel.actors import Actor
from orderhub.kernel.moves import Move, move
from tests.screens.telling import Teller

_LINE = {"sku": "T-W712-75", "name": "机油滤清器 W712/75", "quantity": 2, "unit_price": 2800, "amount": 5600}


def _order(number: str, minutes: int = 200, **said: Any) -> dict[str, Any]:
    at = (clock.now() - timedelta(minutes=minutes + 5)).isoformat()
    whole = {
        "placed_at": at,
        "status": "placed",
        "currency": "CNY",
        "amounts": {"goods": 5600, "discount": 0, "shipping": 0, "total": 5600},
        "lines": [_LINE],
        "receiver": {"name": "赵小姐", "phone": "13611112222", "province": "浙江省", "city": "杭州市"},
    }
    return {"order": {"number": number, "updated_at": at} | whole | said}


def _event(number: str, **said: Any) -> dict[str, Any]:
    return {"order": {"number": number, "updated_at": clock.now().isoformat()}} | said


def _waiting() -> tuple[tuple[int, str, Any], ...]:
    """Return minutes ago, shop and message."""
    return (
        (190, "tmall", b'{"order": {"number": "693341028870519'),
        (150, "douyin", _order("6933410288705200", lines=[_LINE | {"sku": "6901028075"}])),
        (95, "tmall", _order("6933410288705201", status="WAIT_BUYER_CONFIRM_GOODS_ACCEPTED_BY_STATION")),
        (58, "bonded", _order("6933410288705202", amounts={"goods": 5600, "discount": 0, "total": 9900})),
        (40, "ebay", _order("26-13999-88211", currency="USD", placed_at="11/11/2026 2:20 PM")),
        (
            22,
            "tmall",
            _event("6933410288705999", shipments=[{"waybill": "SF1029338444999", "status": "signed"}]),
        ),
        (3, "douyin", _event("6933410288705998", payments=[{"number": "4200001", "amount": 5600}])),
    )


async def doubt(teller: Teller, keeper: Actor) -> None:
    """Let channels say what cannot be applied."""
    now = clock.now()
    for minutes, shop, said in _waiting():
        await _send(teller, shop, said, minutes=minutes)
    new = await _send(
        teller, "tmall", _order("6933410288705300", 1500, lines=[_LINE | {"sku": "T-NEW"}]), minutes=1500
    )
    async with postgres.transaction() as tx:
        entry = ListingEntry(outside_sku="T-NEW", sku="W719-45")
        await listing.list_skus(tx, (await teller.shop("tmall")).id, [entry], actor=keeper)
    with clock.frozen(now - timedelta(minutes=1300)):
        await replay([new], actor=keeper)
    old = await _send(teller, "douyin", b"<xml>ping</xml>", minutes=2900)
    with clock.frozen(now - timedelta(minutes=2800)):
        why = "渠道的测试消息，已和抖音客服核实，不用处理"
        wish = Move(subject=old, transition="dismiss", facts={"reason": why}, why=why)
        (verdict,) = await move([wish], actor=keeper)
        assert verdict.refused is None, verdict


async def _send(teller: Teller, shop: str, said: Any, *, minutes: int) -> UUID:
    body = said if isinstance(said, bytes) else msgspec.json.encode(said)
    at = clock.now() - timedelta(minutes=minutes)
    with clock.frozen(at):
        one = arrived(await teller.shop(shop), outside_id=f"doubt-{minutes}", body=body, at=at)
        (outcome,) = await receive([one])
    assert outcome.state == "waiting", outcome
    return outcome.message
