"""Dossiers: all that the messages of one order have said so far, whether there is an order yet or not.

A dossier has the id its order will have. Its row is what messages of one order wait for one another at; so of two
that come in the same millisecond to two processes, the later one knows what the earlier one said.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from orderhub.intake.contract import ShipmentStatus
from orderhub.intake.matching import Known, ParcelEvent
from orderhub.kernel import personal, secrets
from orderhub.kernel.ids import uuid7
from orderhub.kernel.postgres import Transaction

Name = tuple[int, str]

_OPEN = """
    insert into dossiers (id, shop_id, order_number)
    select x.* from unnest($1::uuid[], $2::int[], $3::text[]) as x(id, shop_id, order_number)
    order by x.shop_id, x.order_number on conflict do nothing
"""
_LOCK = """
    select d.id, d.shop_id, d.order_number, d.order_id, d.sealed
    from unnest($1::int[], $2::text[]) as x(shop_id, order_number) join dossiers d using (shop_id, order_number)
    order by d.shop_id, d.order_number for update of d
"""
_KEEP = """
    update dossiers d set sealed = x.sealed, statuses = x.statuses, order_id = x.order_id
    from (select unnest($1::uuid[]) as id, unnest($2::bytea[]) as sealed, unnest($3::uuid[]) as order_id,
                 string_to_array(unnest($4::text[]), ' ') as statuses) x
    where d.id = x.id
"""


class _Event(msgspec.Struct, array_like=True):
    """An event of a parcel as it is stored: a row, because JSON's keys are texts."""

    fact: tuple[str | None, str | None, str | None, ShipmentStatus]
    at: datetime


class Dossier(msgspec.Struct):
    """One order's messages, locked by this transaction. ``order_id`` is None until there is an order."""

    id: UUID
    shop_id: int
    order_number: str
    order_id: UUID | None
    known: Known
    key: bytes

    @property
    def name(self) -> Name:
        return (self.shop_id, self.order_number)


async def take(tx: Transaction, names: Collection[Name]) -> dict[Name, Dossier]:
    """Lock the dossiers of these orders (shop, channel's number); one that is not there is opened."""
    wanted = sorted(names)
    shops, numbers = [shop for shop, _ in wanted], [number for _, number in wanted]
    await tx.execute(_OPEN, [uuid7() for _ in wanted], shops, numbers)
    rows = await tx.fetch(_LOCK, shops, numbers)
    keys = await personal.keys(tx, [row["id"] for row in rows])
    found = [
        Dossier(
            id=row["id"],
            shop_id=row["shop_id"],
            order_number=row["order_number"],
            order_id=row["order_id"],
            known=_opened(row["sealed"], keys[row["id"]]),
            key=keys[row["id"]],
        )
        for row in rows
    ]
    return {dossier.name: dossier for dossier in found}


async def keep(tx: Transaction, dossiers: Sequence[Dossier]) -> None:
    """Write what is known now."""
    if dossiers:
        await tx.execute(
            _KEEP,
            [dossier.id for dossier in dossiers],
            [_sealed(dossier) for dossier in dossiers],
            [dossier.order_id for dossier in dossiers],
            [" ".join(sorted(dossier.known.statuses)) for dossier in dossiers],
        )


def _sealed(dossier: Dossier) -> bytes:
    known = dossier.known
    events = [
        _Event((event.number, event.waybill, event.carrier, event.status), at)
        for event, at in known.events.items()
    ]
    plain = msgspec.json.encode((msgspec.structs.replace(known, events={}), events))
    return secrets.encrypt(plain, key=dossier.key)


def _opened(sealed: bytes | None, key: bytes) -> Known:
    if sealed is None:
        return Known()
    known, events = msgspec.json.decode(secrets.decrypt(sealed, key=key), type=tuple[Known, list[_Event]])
    return msgspec.structs.replace(known, events={ParcelEvent(*event.fact): event.at for event in events})
