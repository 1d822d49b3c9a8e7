"""Receivers of orders: sealed under the order's own key, shown masked, found by keyed digests."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import msgspec

from orderhub.kernel import personal, secrets
from orderhub.kernel.ledger import Change
from orderhub.kernel.postgres import Transaction
from orderhub.orders.masking import Receiver, mask_name, mask_phone, search_digests

_COLUMNS = (
    *("order_id", "scheme", "sealed", "masked_name", "masked_phone", "region", "placed_at"),
    *("phone_digest", "last4_digest", "name_digest"),
)
_SEAL = f"""
    insert into receivers ({", ".join(_COLUMNS)})
    select * from unnest($1::uuid[], $2::text[], $3::bytea[], $4::text[], $5::text[], $6::text[], $7::timestamptz[],
                         $8::bytea[], $9::bytea[], $10::bytea[])
    on conflict (order_id) do update set scheme = excluded.scheme, sealed = excluded.sealed,
        masked_name = excluded.masked_name, masked_phone = excluded.masked_phone, region = excluded.region,
        placed_at = excluded.placed_at, phone_digest = excluded.phone_digest,
        last4_digest = excluded.last4_digest, name_digest = excluded.name_digest
"""


Given: TypeAlias = tuple[UUID, datetime, Receiver]  # whose, when that order was placed, who receives it


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What of a receiver everybody at the desk may see."""

    masked_name: str
    masked_phone: str
    region: str
    scheme: str


async def seal(tx: Transaction, given: Sequence[Given]) -> None:
    """Keep receivers of orders, in place of those they had: clear text only under the order's key."""
    if given:
        await tx.execute(_SEAL, *zip(*await _rows(tx, given), strict=True))


async def seal_new(tx: Transaction, given: Sequence[Given]) -> None:
    """Keep the receivers of orders that have just been placed."""
    if given:
        await tx.copy_records("receivers", columns=_COLUMNS, records=await _rows(tx, given))


async def unseal(tx: Transaction, order_ids: Sequence[UUID]) -> dict[UUID, Receiver]:
    """Return receivers in clear text, for a label or a carrier; an erased one is missing from the answer."""
    if not order_ids:
        return {}
    rows = await tx.fetch(
        "select order_id, sealed from receivers where order_id = any($1::uuid[])", list(order_ids)
    )
    keys = await personal.known_keys(tx, [row["order_id"] for row in rows])
    return {
        row["order_id"]: msgspec.json.decode(
            secrets.decrypt(row["sealed"], key=keys[row["order_id"]]), type=Receiver
        )
        for row in rows
        if row["order_id"] in keys
    }


async def shown(tx: Transaction, order_id: UUID) -> Shown | None:
    """Return the masked receiver of an order."""
    row = await tx.fetchrow(
        "select masked_name, masked_phone, region, scheme from receivers where order_id = $1", order_id
    )
    return Shown(**dict(row)) if row else None


def told(before: Receiver | None, after: Receiver | None) -> list[Change]:
    """Return what the ledger says of a new receiver: values of a person are kept apart from the entry."""
    fields = ("scheme", "token", "name", "phone", "province", "city", "district", "address")
    pairs = [(f"receiver.{name}", getattr(before, name, None), getattr(after, name, None)) for name in fields]
    return [
        Change(field, old or None, new or None, personal=field != "receiver.scheme")
        for field, old, new in pairs
        if (old or None) != (new or None)
    ]


async def _rows(tx: Transaction, given: Sequence[Given]) -> list[tuple[object, ...]]:
    keys = await personal.keys(tx, [order_id for order_id, _, _ in given])
    return [_row(keys[order_id], order_id, at, who) for order_id, at, who in given]


def _row(key: bytes, order_id: UUID, placed_at: datetime, receiver: Receiver) -> tuple[object, ...]:
    digests = search_digests(receiver)
    clear = receiver.scheme == "clear"
    return (
        order_id,
        receiver.scheme,
        secrets.encrypt(msgspec.json.encode(receiver), key=key),
        mask_name(receiver.name) if clear else receiver.name,
        mask_phone(receiver.phone) if clear else receiver.phone,
        receiver.region,
        placed_at,
        digests["phone_digest"],
        digests["last4_digest"],
        digests["name_digest"],
    )
