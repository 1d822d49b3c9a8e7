"""Dockets: all that the messages of one order have said so far, whether there is an order yet or not.

A docket has the id its order will have. At its name messages of one order wait for one another; so of two that come
in the same millisecond to two processes, the later one knows what the earlier one said.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from orderhub.intake.contract import OrderMessage, ShipmentStatus
from orderhub.intake.matching import Known, News, ParcelEvent, merge, weigh
from orderhub.kernel import clock, personal, secrets
from orderhub.kernel.ids import uuid7
from orderhub.kernel.postgres import Transaction
from orderhub.kernel.retrying import racing

Name = tuple[int, str]

_LOCK = """
    select d.id, d.shop_id, d.order_number, d.order_id, d.sealed, d.erased_at is not null as is_erased
    from unnest($1::int[], $2::text[]) as x(shop_id, order_number) join dockets d using (shop_id, order_number)
    order by d.shop_id, d.order_number for update of d
"""
_BY_ID = """
    select id, shop_id, order_number, order_id, sealed, erased_at is not null as is_erased
    from dockets where id = any($1::uuid[])
"""
_OWN = ("id", "shop_id", "order_number", "order_id", "is_erased")
_COLUMNS = ("id", "sealed", "order_id", "statuses", "shop_id", "order_number")
_KEEP = """
    update dockets d set sealed = x.sealed, statuses = x.statuses, order_id = x.order_id
    from (select unnest($1::uuid[]) as id, unnest($2::bytea[]) as sealed, unnest($3::uuid[]) as order_id,
                 string_to_array(unnest($4::text[]), ' ') as statuses) x
    where d.id = x.id
"""


_FORGET = """
    update dockets d set sealed = x.sealed, erased_at = coalesce(d.erased_at, $3)
    from (select unnest($1::uuid[]) as id, unnest($2::bytea[]) as sealed) x where d.id = x.id
"""


class _Event(msgspec.Struct, array_like=True):
    """An event of a parcel as it is stored: a row, because JSON's keys are texts."""

    fact: tuple[str | None, str | None, str | None, ShipmentStatus]
    at: datetime


class Docket(msgspec.Struct):
    """One order's messages, locked by this transaction. ``order_id`` is None until there is an order.

    ``is_new``: nothing was ever said of it. ``is_erased``: the person behind it was erased, and nothing of a person is taken from what it is told.
    """

    id: UUID
    shop_id: int
    order_number: str
    order_id: UUID | None
    known: Known
    key: bytes
    is_erased: bool = False
    is_new: bool = False

    @property
    def name(self) -> Name:
        return (self.shop_id, self.order_number)

    def hear(self, message: OrderMessage) -> News:
        """Take in what a message says; returns what is new."""
        if self.is_erased:
            message = msgspec.structs.replace(message, receiver=None, remark=None)
        news = weigh(self.known, message, key=secrets.derive("intake")[:32])
        self.known = merge(self.known, news)
        return news


def called(name: Name) -> str:
    """Return what a docket is locked by (``Transaction.lock_names``)."""
    shop, number = name
    return f"docket {shop} {number}"


async def take(tx: Transaction, names: Collection[Name]) -> dict[Name, Docket]:
    """Lock the dockets of these orders (shop, channel's number); one that is not there is new."""
    if not names:
        return {}
    wanted = sorted(names)
    await tx.lock_names(map(called, wanted))
    rows = await tx.fetch(_LOCK, [shop for shop, _ in wanted], [number for _, number in wanted])
    there = {(row["shop_id"], row["order_number"]) for row in rows}
    fresh = {uuid7(): name for name in wanted if name not in there}
    keys = await personal.keys(tx, [*(row["id"] for row in rows if not row["is_erased"]), *fresh])
    known = {docket.name: docket for docket in (_docket(row, keys) for row in rows)}
    return known | {name: _new(one_id, name, keys[one_id]) for one_id, name in fresh.items()}


async def lock(tx: Transaction, ids: Sequence[UUID]) -> None:
    """Lock dockets by their ids, in the order in which messages lock them."""
    await tx.execute(
        "select from dockets where id = any($1::uuid[]) order by shop_id, order_number for update", list(ids)
    )


async def forget(tx: Transaction, ids: Sequence[UUID]) -> list[Name]:
    """Forget what locked dockets know of a person, for good; returns whose they are."""
    rows = await tx.fetch(f"{_BY_ID} order by shop_id, order_number", list(ids))
    keys = await personal.keys(tx, [row["id"] for row in rows if not row["is_erased"]])
    files = [_docket(row, keys) for row in rows]
    for file in files:
        file.known, file.key = _impersonal(file.known), _house_key()
    await tx.execute(_FORGET, [file.id for file in files], [_sealed(file) for file in files], clock.now())
    return [file.name for file in files]


async def keep(tx: Transaction, dockets: Sequence[Docket]) -> None:
    """Write what is known now."""
    if new := [file for file in dockets if file.is_new]:
        records = [(*_row(file), sorted(file.known.statuses), *file.name) for file in new]
        with racing():
            await tx.copy_records("dockets", columns=_COLUMNS, records=records)
    if old := [file for file in dockets if not file.is_new]:
        rows = [(*_row(file), " ".join(sorted(file.known.statuses))) for file in old]
        await tx.execute(_KEEP, *zip(*rows, strict=True))


def _row(docket: Docket) -> tuple[Any, ...]:
    return (docket.id, _sealed(docket), docket.order_id)


def _new(docket_id: UUID, name: Name, key: bytes) -> Docket:
    return Docket(docket_id, *name, order_id=None, known=Known(), key=key, is_new=True)


def _docket(row: Any, keys: Mapping[UUID, bytes]) -> Docket:
    key = _house_key() if row["is_erased"] else keys[row["id"]]
    known = _opened(row["sealed"], key)
    return Docket(**{name: row[name] for name in _OWN}, known=known, key=key)


def _house_key() -> bytes:
    """What is sealed under it names nobody; it is sealed because everything of its kind is."""
    return secrets.derive("dossiers")  # their former name: what was sealed under it must open for good


def _impersonal(known: Known) -> Known:
    content = msgspec.structs.replace(known.content, receiver=None, remark=None)
    marks = {name: mark for name, mark in known.marks.items() if name not in ("receiver", "remark")}
    return msgspec.structs.replace(known, content=content, marks=marks)


def _sealed(docket: Docket) -> bytes:
    known = docket.known
    events = [
        _Event((event.number, event.waybill, event.carrier, event.status), at)
        for event, at in known.events.items()
    ]
    plain = msgspec.json.encode((msgspec.structs.replace(known, events={}), events))
    return secrets.encrypt(plain, key=docket.key)


def _opened(sealed: bytes | None, key: bytes) -> Known:
    if sealed is None:
        return Known()
    known, events = msgspec.json.decode(secrets.decrypt(sealed, key=key), type=tuple[Known, list[_Event]])
    return msgspec.structs.replace(known, events={ParcelEvent(*event.fact): event.at for event in events})
