"""Following: what carriers and the channel say moves an order's parcels, and ends the order."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from orderhub.delivery import reports
from orderhub.delivery.reports import Report
from orderhub.intake.cases import Case
from orderhub.intake.objections import About
from orderhub.intake.reasons import Code, Reason, shown
from orderhub.intake.standing import Parcel, parcels
from orderhub.kernel.moves import Move, carry_out
from orderhub.kernel.work import Work

_SHIPMENTS = (
    "select id, order_id, number, waybill from shipments where order_id = any($1::uuid[]) order by number"
)


async def follow_parcels(work: Work, cases: Sequence[Case]) -> None:
    """Bring parcels to where their carriers say they are; what is said of none of ours is objected to."""
    told = {case.order_id: parcels(case.docket.known) for case in cases if case.docket.known.events}
    if not told:
        return
    shipments: dict[UUID, list[Any]] = defaultdict(list)
    for row in await work.tx.fetch(_SHIPMENTS, list(told)):
        if work.subject(row["id"]).stage != "cancelled":
            shipments[row["order_id"]].append(row)
    by_order = {case.order_id: case for case in cases}
    found: dict[UUID, tuple[Case, Parcel]] = {}
    for order_id, said in told.items():
        matched = _match(said, shipments[order_id])
        for parcel in said:
            if parcel not in matched:
                _object(by_order[order_id], parcel, Code.UNKNOWN_SHIPMENT, got=min(parcel.names))
        found |= {shipment: (by_order[order_id], parcel) for parcel, shipment in matched.items()}
    for verdict in await reports.report(work, [_report(one, parcel) for one, (_, parcel) in found.items()]):
        if verdict.refused is not None:
            _object(*found[verdict.subject], Code.NOT_NOW, got=verdict.refused)


async def follow_statuses(work: Work, cases: Sequence[Case]) -> None:
    """Cancel what the channel cancelled, unless a parcel has left; close what it closed."""
    open_ones = [case for case in cases if "cancelled" in case.docket.known.statuses and _is_open(work, case)]
    why = "cancelled by the channel"
    wishes = [Move(subject=case.order_id, transition="cancel", why=why) for case in open_ones]
    for case, verdict in zip(open_ones, await carry_out(work, wishes), strict=True):
        if verdict.refused is not None:
            case.object(Reason(code=Code.TOO_LATE_TO_CANCEL), About(statuses=frozenset({"cancelled"})))
    closed = [case.order_id for case in cases if "closed" in case.docket.known.statuses]
    await carry_out(work, [Move(subject=order_id, transition="close") for order_id in closed])


def _is_open(work: Work, case: Case) -> bool:
    return work.subject(case.order_id).stage not in ("cancelled", "closed")


def _match(said: Sequence[Parcel], shipments: Sequence[Any]) -> dict[Parcel, UUID]:
    """Give parcels to shipments by number, then by waybill; one that is left to one that is left.

    Not where each of those two bears a waybill: then they are two parcels.
    """
    matched: dict[Parcel, UUID] = {}
    free = {row["id"]: row for row in shipments}
    for parcel in said:
        for shipment_id, row in list(free.items()):
            if row["number"] in parcel.numbers or row["waybill"] in parcel.waybills:
                matched[parcel] = shipment_id
                del free[shipment_id]
                break
    left = [parcel for parcel in said if parcel not in matched]
    if len(left) == len(free) == 1 and not (left[0].waybills and next(iter(free.values()))["waybill"]):
        matched[left[0]] = next(iter(free))
    return matched


def _object(case: Case, parcel: Parcel, code: Code, *, got: str) -> None:
    case.object(Reason(code=code, field="shipments", got=shown(got)), About(parcel=parcel.names))


def _report(shipment_id: UUID, parcel: Parcel) -> Report:
    waybill, carrier = min(parcel.waybills, default=None), min(parcel.carriers, default=None)
    return Report(
        shipment_id=shipment_id, status=parcel.status, at=parcel.at, waybill=waybill, carrier=carrier
    )
