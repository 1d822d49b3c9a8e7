"""Outgoing: what we tell a shop's own system. A parcel that left the house with its waybill (发货回传).

A shop is told at its callback address, if it has one, by a letter of the outbox: signed as Standard Webhooks say, the
letter's id as ``webhook-id``, so that the shop can tell a repeat.
"""

from collections.abc import Iterable, Sequence
from itertools import chain
from uuid import UUID

import msgspec

from orderhub.accounts import shops
from orderhub.delivery.flow import FLOW
from orderhub.intake.callbacks.calling import HttpCaller
from orderhub.intake.callbacks.contract import Callback, Caller
from orderhub.intake.generic import signature
from orderhub.kernel import clock, outbox
from orderhub.kernel.flows import reacts
from orderhub.kernel.moves import Moving
from orderhub.kernel.outbox import Delivery, DeliveryFailed
from orderhub.kernel.subjects import Subject, Visit
from orderhub.kernel.work import Work

COLLECTED = "shipment.collected"

_ON_ITS_WAY = ("collected", "in_transit", "out_for_delivery", "signed")

_TOLD = """
    select s.id, s.number as shipment, s.waybill, s.carrier, o.shop_id, o.channel_number as order
    from shipments s join orders o on o.id = s.order_id join shops h on h.id = o.shop_id
    where s.id = any($1::uuid[]) and s.waybill is not null and h.callback_url is not null and h.ended_at is null
"""
_caller: Caller = HttpCaller()


def use(caller: Caller) -> None:
    """Bring callbacks this way from now on."""
    global _caller
    _caller = caller


@reacts("shipment", to="collected")
@reacts("shipment", to="in_transit")
@reacts("shipment", to="out_for_delivery")
@reacts("shipment", to="signed")
async def tell_of_parcels(work: Work, movings: Sequence[Moving]) -> None:
    """Tell shops of parcels that left the house; a carrier's first word of one may be any of these stages.

    A parcel on its way is told of again when only now it gets its waybill, or another one.
    """
    before = _left(chain(work.visits_left.values(), work.visits_entered.values()))
    await _tell(work, [m.subject for m in movings if _has_left(before[m.subject.id]) or _got_waybill(m)])


@reacts("shipment", to="named")
async def tell_of_waybills(work: Work, movings: Sequence[Moving]) -> None:
    """Tell shops of a parcel on its way again, of which somebody only now says how its waybill is called."""
    await _tell(work, [moving.subject for moving in movings if moving.subject.stage in _ON_ITS_WAY])


async def _tell(work: Work, told: Sequence[Subject]) -> None:
    if not told:
        return
    rows = {row["id"]: row for row in await work.tx.fetch(_TOLD, [subject.id for subject in told])}
    for subject in told:
        if row := rows.get(subject.id):
            body = {name: row[name] for name in ("order", "shipment", "waybill", "carrier")}
            work.send(
                subject,
                destination=f"channel:{row['shop_id']}",
                topic=COLLECTED,
                body=body | {"at": subject.visit.entered_at},
            )


@outbox.handles("channel")
async def tell(letter: Delivery) -> None:
    """Bring a letter to a shop's callback address, signed with its live secrets, the newest first."""
    entrance = await shops.entrance(int(letter.destination.partition(":")[2]))
    if entrance is None:
        raise DeliveryFailed("shop_ended", permanent=True)
    if entrance.shop.callback_url is None:
        raise DeliveryFailed("no_address", permanent=True)
    said = {"type": letter.topic, "timestamp": letter.created_at, "data": letter.body}
    body = msgspec.json.encode(said)
    signed = signature.sign(body, message_id=str(letter.id), at=clock.now(), keys=entrance.secrets)
    headers = {**signed, "content-type": "application/json", "user-agent": "OrderHub"}
    await _caller.call(Callback(url=entrance.shop.callback_url, headers=headers, body=body))


def _left(visits: Iterable[Visit]) -> dict[UUID, str]:
    """Return the stage that each subject left last."""
    return {visit.subject_id: visit.stage for visit in visits if visit.left_at is not None}


def _has_left(stage: str) -> bool:
    return FLOW.rank(stage) < FLOW.rank("collected")


def _got_waybill(moving: Moving) -> bool:
    return any(change.field == "waybill" for change in moving.changes)
