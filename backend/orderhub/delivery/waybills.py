"""Waybills: the carrier's number on a parcel. One waybill is on one parcel of a shop."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from orderhub.delivery.refusals import NoWaybill, WaybillTaken
from orderhub.kernel import numbers
from orderhub.kernel.ledger import Change
from orderhub.kernel.moves import Moving, Verdict, announce
from orderhub.kernel.numbers import Number
from orderhub.kernel.subjects import Subject
from orderhub.kernel.work import Work

NAMES = ("waybill", "carrier")

_WRITE = """
    with before as (select id, carrier, waybill from shipments where id = any($2::uuid[]))
    update shipments s set waybill = coalesce(x.waybill, s.waybill), carrier = coalesce(x.carrier, s.carrier)
    from jsonb_to_recordset($1::jsonb) as x(id uuid, waybill text, carrier text) join before using (id)
    where s.id = x.id
    returning s.id, before.waybill as waybill_before, before.carrier as carrier_before, s.waybill, s.carrier
"""


async def bears_waybill(work: Work, movings: Sequence[Moving]) -> None:
    """Refuse to hand over a parcel without a waybill, and one whose waybill is on another parcel."""
    rows = await work.tx.fetch(
        "select id, waybill from shipments where id = any($1::uuid[])",
        [moving.subject.id for moving in movings],
    )
    borne = {row["id"]: row["waybill"] for row in rows}
    for moving in movings:
        if not (_given(moving, "waybill") or borne[moving.subject.id]):
            moving.refuse(NoWaybill())
    await _claim(work, [moving for moving in movings if moving.refusal is None])


async def put_on(work: Work, movings: Sequence[Moving]) -> None:
    """Write waybill and carrier on the parcels that were given one with the move."""
    rows = [
        {"id": m.subject.id, "waybill": _given(m, "waybill"), "carrier": _given(m, "carrier")}
        for m in movings
        if _given(m, "waybill") or _given(m, "carrier")
    ]
    if not rows:
        return
    ids = [row["id"] for row in rows]
    written = await work.tx.fetch(_WRITE, msgspec.json.encode(rows).decode(), ids)
    changed = {row["id"]: row for row in written}
    for moving in movings:
        if row := changed.get(moving.subject.id):
            pairs = [(name, row[f"{name}_before"], row[name]) for name in NAMES]
            moving.changes = [*moving.changes, *(Change(n, old, new) for n, old, new in pairs if old != new)]


async def learn(work: Work, told: Mapping[UUID, Mapping[str, str]]) -> list[Verdict]:
    """Write waybill and carrier on locked parcels that bear none yet; says which waybills are on other parcels."""
    rows = await work.tx.fetch(
        "select id, waybill, carrier from shipments where id = any($1::uuid[])", list(told)
    )
    new = {row["id"]: {n: v for n, v in told[row["id"]].items() if row[n] is None} for row in rows}
    wanted = {
        shipment_id: _number(work.subject(shipment_id), named["waybill"])
        for shipment_id, named in sorted(new.items())
        if "waybill" in named
    }
    holders = await numbers.claim(work.tx, list(wanted.values()))
    taken = {one: number for one, number in wanted.items() if holders[number.name] != one}
    free = {one: named for one, named in new.items() if named and one not in taken}
    if free:
        rows = [{"id": one, **named} for one, named in free.items()]
        await work.tx.fetch(_WRITE, msgspec.json.encode(rows).decode(), list(free))
    for one, named in free.items():
        work.record(work.subject(one), "shipment.named", [Change(n, None, v) for n, v in named.items()])
    await announce(work, [work.subject(one) for one, named in free.items() if "waybill" in named], "named")
    return [
        Verdict(subject=one, refused=WaybillTaken.code, data=_told(x, holders)) for one, x in taken.items()
    ]


async def claim_given(work: Work, movings: Sequence[Moving]) -> None:
    """Refuse a waybill that is on another parcel of the shop."""
    await _claim(work, movings)


async def _claim(work: Work, movings: Sequence[Moving]) -> None:
    given = {moving.subject.id: (moving.subject, _given(moving, "waybill")) for moving in movings}
    wanted = {one: _number(subject, waybill) for one, (subject, waybill) in given.items() if waybill}
    holders = await numbers.claim(work.tx, list(wanted.values()))
    for moving in movings:
        number = wanted.get(moving.subject.id)
        if number is not None and holders[number.name] != moving.subject.id:
            moving.refuse(WaybillTaken(**_told(number, holders)))


def _given(moving: Moving, name: str) -> str | None:
    value = moving.request.facts.get(name)
    return value.strip() or None if isinstance(value, str) else None


def _told(number: Number, holders: Mapping[Any, UUID]) -> dict[str, str]:
    return {"waybill": number.number, "shipment": str(holders[number.name])}


def _number(subject: Subject, waybill: str) -> Number:
    return Number(
        scheme="waybill",
        shop_id=subject.shop_id,
        number=waybill,
        subject_id=subject.id,
        root_id=subject.root_id,
    )
