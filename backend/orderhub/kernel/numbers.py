"""Numbers: every name by which the outside calls a subject, mapped both ways, unique by scheme and shop."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from orderhub.kernel.postgres import Transaction

# Numbers that we give ourselves (our order id, a shipment's) are unique over all shops.
OURS = 0

_CLAIM = """
    insert into numbers (scheme, shop_id, number, subject_id, root_id)
    select x.* from unnest($1::text[], $2::int[], $3::text[], $4::uuid[], $5::uuid[])
        as x(scheme, shop_id, number, subject_id, root_id)
    order by x.scheme, x.shop_id, x.number
    on conflict do nothing returning scheme, shop_id, number
"""
_HOLDERS = """
    select n.scheme, n.shop_id, n.number, n.subject_id
    from unnest($1::text[], $2::int[], $3::text[]) as x(scheme, shop_id, number)
    join numbers n using (scheme, shop_id, number)
"""


class Number(msgspec.Struct, frozen=True, kw_only=True):
    """One outside (or own) number of a subject."""

    scheme: str
    shop_id: int
    number: str
    subject_id: UUID
    root_id: UUID

    @property
    def name(self) -> tuple[str, int, str]:
        return (self.scheme, self.shop_id, self.number)


async def claim(tx: Transaction, wanted: Sequence[Number]) -> dict[tuple[str, int, str], UUID]:
    """Give each number to its subject, unless it is taken; returns who holds each one now.

    Two transactions that want the same number wait for one another here, before either holds a lock.
    """
    if not wanted:
        return {}
    schemes, shops, numbers = (list(column) for column in zip(*(n.name for n in wanted), strict=True))
    subjects, roots = [n.subject_id for n in wanted], [n.root_id for n in wanted]
    taken = {tuple(row) for row in await tx.fetch(_CLAIM, schemes, shops, numbers, subjects, roots)}
    others = await holders(tx, [n.name for n in wanted if n.name not in taken])
    return {n.name: n.subject_id for n in wanted if n.name in taken} | others


async def give(tx: Transaction, ours: Sequence[Number]) -> None:
    """Give numbers that nobody else can hold: we have just made them, or hold the lock on their names."""
    columns = ("scheme", "shop_id", "number", "subject_id", "root_id")
    await tx.copy_records(
        "numbers", columns=columns, records=[(*n.name, n.subject_id, n.root_id) for n in ours]
    )


async def holders(tx: Transaction, names: Sequence[tuple[str, int, str]]) -> dict[tuple[str, int, str], UUID]:
    """Return the subject behind each known (scheme, shop, number)."""
    if not names:
        return {}
    schemes, shops, numbers = (list(column) for column in zip(*names, strict=True))
    rows = await tx.fetch(_HOLDERS, schemes, shops, numbers)
    return {(row["scheme"], row["shop_id"], row["number"]): row["subject_id"] for row in rows}


async def of(tx: Transaction, root_id: UUID) -> list[tuple[str, str]]:
    """Return (scheme, number) of everything that bears a number in one order."""
    rows = await tx.fetch(
        "select scheme, number from numbers where root_id = $1 order by scheme, number", root_id
    )
    return [(row["scheme"], row["number"]) for row in rows]
