"""Placing: a draft becomes an order with a number for life."""

from collections.abc import Sequence
from typing import Any

import msgspec

from orderhub.kernel import numbers
from orderhub.kernel.ledger import Change
from orderhub.kernel.numbers import OURS, Number
from orderhub.kernel.retrying import racing
from orderhub.kernel.work import Work
from orderhub.orders import receivers
from orderhub.orders.drafts import PERSONAL, OrderDraft

_ORDER = (
    *("id", "number", "shop_id", "channel_number", "placed_at", "currency"),
    *("goods_minor", "discount_minor", "shipping_minor", "total_minor", "remark"),
)
_LINE = (
    *("order_id", "line_no", "outside_sku", "sku_id", "name", "quantity", "pieces"),
    *("unit_price_minor", "amount_minor"),
)


async def place(work: Work, drafts: Sequence[OrderDraft], *, why: str | None = None) -> None:
    """Make orders of drafts; whoever places an order whose channel's number another one bears is done again (``racing``).

    Each gets our own number, its lines, its receiver sealed and searchable, and a place at the head of the flow.
    """
    if not drafts:
        return
    ours = await _new_numbers(work, len(drafts))
    rows = [_row(draft, number) for draft, number in zip(drafts, ours, strict=True)]
    for draft, row in zip(drafts, rows, strict=True):
        work.open(
            "order",
            draft.id,
            shop_id=draft.shop_id,
            warehouse_id=draft.warehouse_id,
            opened_at=draft.placed_at,
            changes=_told(draft, row),
            why=why,
        )
    tx = work.tx
    with racing():
        await tx.copy_records("orders", columns=_ORDER, records=[tuple(map(row.get, _ORDER)) for row in rows])
    lines = [
        (d.id, n, *msgspec.structs.astuple(line)) for d in drafts for n, line in enumerate(d.lines, start=1)
    ]
    await tx.copy_records("order_lines", columns=_LINE, records=lines)
    await numbers.give(tx, [number for row in rows for number in _names(row)])
    await receivers.seal_new(
        tx, [(draft.id, draft.placed_at, draft.receiver) for draft in drafts if draft.receiver]
    )


def _names(row: dict[str, Any]) -> tuple[Number, Number]:
    own, shop = {"subject_id": row["id"], "root_id": row["id"]}, row["shop_id"]
    return (
        Number(scheme="order", shop_id=OURS, number=row["number"], **own),
        Number(scheme="channel_order", shop_id=shop, number=row["channel_number"], **own),
    )


async def _new_numbers(work: Work, count: int) -> list[str]:
    rows = await work.tx.fetch("select nextval('order_numbers') as n from generate_series(1, $1)", count)
    month = f"{work.now:%y%m}"
    return [f"OH-{month}-{row['n']:07d}" for row in rows]


def _row(draft: OrderDraft, number: str) -> dict[str, Any]:
    return {
        "id": draft.id,
        "number": number,
        "shop_id": draft.shop_id,
        "channel_number": draft.channel_number,
        "placed_at": draft.placed_at,
        "currency": draft.currency,
        "remark": draft.remark,
        **msgspec.structs.asdict(draft.amounts),
    }


def _told(draft: OrderDraft, row: dict[str, Any]) -> list[Change]:
    plain = [
        Change(name, None, value, personal=name in PERSONAL)
        for name, value in row.items()
        if name not in ("id", "shop_id")
    ]
    lines = [msgspec.structs.asdict(line) for line in draft.lines]
    money = [Change("paid_minor", None, 0), Change("refunded_minor", None, 0)]
    return [*plain, Change("lines", None, lines), *money, *receivers.told(None, draft.receiver)]
