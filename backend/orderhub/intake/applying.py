"""Applying: orders follow what their dossiers know. What an order becomes depends on the dossier alone.

Step by step, for all orders of a batch at once: place new ones, revise what changed, settle the money, then let what
the channel and the carriers say move them.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from orderhub.accounts.shops import Shop
from orderhub.catalog import skus
from orderhub.delivery import reports
from orderhub.delivery.reports import Report
from orderhub.intake.cases import Case, draft, money_rows, revision
from orderhub.intake.reasons import Code, Reason, shown
from orderhub.intake.standing import Parcel, is_founded, objections, parcels
from orderhub.kernel.actors import Actor
from orderhub.kernel.moves import Move, carry_out
from orderhub.kernel.work import Work
from orderhub.orders import contents, corrections, money, placing

_SHIPMENTS = (
    "select id, order_id, number, waybill from shipments where order_id = any($1::uuid[]) order by number"
)


async def apply(work: Work, cases: Sequence[Case]) -> None:
    """Make the orders of these cases what their dossiers say; what cannot be is noted on the case."""
    by_shop: dict[int, list[Case]] = defaultdict(list)
    for case in cases:
        by_shop[case.shop.id].append(case)
    for _, told in sorted(by_shop.items()):
        with work.acting(_channel(told[0].shop, work.actor)):
            await _apply(work, told)


async def _apply(work: Work, cases: Sequence[Case]) -> None:
    for case in cases:
        case.reasons += objections(case.dossier.known, currency=case.shop.currency)
    sound = [case for case in cases if not any(r.code == Code.AMOUNTS_DO_NOT_ADD_UP for r in case.reasons)]
    founded = [case for case in sound if is_founded(case.dossier.known)]
    if not founded:
        return
    await _write_contents(work, founded)
    await _settle_money(work, founded)
    await money.advance(work, [case.order_id for case in founded])
    await _follow_statuses(work, founded)
    await _follow_parcels(work, founded)
    await _close(work, founded)


async def _write_contents(work: Work, cases: Sequence[Case]) -> None:
    shop, new = cases[0].shop, [case for case in cases if case.dossier.order_id is None]
    changed = await _changed(work, [case for case in cases if case.dossier.order_id is not None])
    lines = [line for case in [*new, *changed] for line in case.dossier.known.content.lines or ()]
    listed = await skus.resolve(work.tx, shop.id, [line.outside_sku for line in lines]) if lines else {}
    warehouse = await _warehouse(work, shop) if new else None
    await placing.place(work, [draft(case, listed, warehouse) for case in new])
    for case in new:
        case.dossier.order_id = case.order_id
    await contents.revise(work, [revision(case, listed) for case in changed])


async def _changed(work: Work, cases: Sequence[Case]) -> list[Case]:
    """What was only said again in a later version matters where a person had corrected it in between."""
    again = [case.order_id for case in cases if case.says_again and not case.says_something]
    corrected = await corrections.read(work.tx, again) if again else {}
    return [case for case in cases if case.says_something or case.order_id in corrected]


async def _settle_money(work: Work, cases: Sequence[Case]) -> None:
    by_order = {case.order_id: case for case in cases}
    rows = [row for case in cases for row in money_rows(case)]
    for taken in await money.settle(work, list(by_order), rows):
        reason = Reason(code=Code.NUMBER_TAKEN, field=f"{taken.kind}s", got=shown(taken.number))
        by_order[taken.order_id].reasons.append(reason)


async def _follow_statuses(work: Work, cases: Sequence[Case]) -> None:
    cancelled = [case for case in cases if "cancelled" in case.dossier.known.statuses]
    open_ones = [
        case for case in cancelled if work.subject(case.order_id).stage not in ("cancelled", "closed")
    ]
    wishes = [
        Move(subject=case.order_id, transition="cancel", why="cancelled by the channel") for case in open_ones
    ]
    for case, verdict in zip(open_ones, await carry_out(work, wishes), strict=True):
        if verdict.refused is not None:
            case.reasons.append(Reason(code=Code.TOO_LATE_TO_CANCEL))


async def _follow_parcels(work: Work, cases: Sequence[Case]) -> None:
    told = {case.order_id: parcels(case.dossier.known) for case in cases if case.dossier.known.events}
    if not told:
        return
    shipments: dict[UUID, list[Any]] = defaultdict(list)
    for row in await work.tx.fetch(_SHIPMENTS, list(told)):
        if work.subject(row["id"]).stage != "cancelled":
            shipments[row["order_id"]].append(row)
    by_order = {case.order_id: case for case in cases}
    found: list[tuple[Case, Report]] = []
    for order_id, said in told.items():
        matched = _match(said, shipments[order_id])
        unknown = [parcel for parcel in said if parcel not in matched]
        by_order[order_id].reasons += [_unknown(parcel) for parcel in unknown]
        found += [(by_order[order_id], _report(parcel, shipment)) for parcel, shipment in matched.items()]
    for verdict in await reports.report(work, [report for _, report in found]):
        if verdict.refused is not None:
            case = next(case for case, report in found if report.shipment_id == verdict.subject)
            case.reasons.append(Reason(code=Code.NOT_NOW, field="shipments", got=shown(verdict.refused)))


async def _close(work: Work, cases: Sequence[Case]) -> None:
    closed = [case.order_id for case in cases if "closed" in case.dossier.known.statuses]
    await carry_out(work, [Move(subject=order_id, transition="close") for order_id in closed])


def _match(said: Sequence[Parcel], shipments: Sequence[Any]) -> dict[Parcel, UUID]:
    """Give parcels to shipments by number, then by waybill; one that is left to one that is left."""
    matched: dict[Parcel, UUID] = {}
    free = {row["id"]: row for row in shipments}
    for parcel in said:
        for shipment_id, row in list(free.items()):
            if row["number"] in parcel.numbers or row["waybill"] in parcel.waybills:
                matched[parcel] = shipment_id
                del free[shipment_id]
                break
    left = [parcel for parcel in said if parcel not in matched]
    if len(left) == len(free) == 1 and next(iter(free.values()))["waybill"] is None:
        matched[left[0]] = next(iter(free))
    return matched


def _unknown(parcel: Parcel) -> Reason:
    return Reason(
        code=Code.UNKNOWN_SHIPMENT, field="shipments", got=shown(min({*parcel.waybills, *parcel.numbers}))
    )


def _report(parcel: Parcel, shipment_id: UUID) -> Report:
    waybill, carrier = min(parcel.waybills, default=None), min(parcel.carriers, default=None)
    return Report(
        shipment_id=shipment_id, status=parcel.status, at=parcel.at, waybill=waybill, carrier=carrier
    )


async def _warehouse(work: Work, shop: Shop) -> int | None:
    if shop.default_warehouse_id is not None:
        return shop.default_warehouse_id
    first: int | None = await work.tx.fetchval("select min(id) from warehouses where ended_at is null")
    return first


def _channel(shop: Shop, actor: Actor) -> Actor:
    return (
        actor
        if actor.kind != "channel"
        else msgspec.structs.replace(actor, id=f"shop:{shop.id}", name=shop.name, shops=frozenset({shop.id}))
    )
