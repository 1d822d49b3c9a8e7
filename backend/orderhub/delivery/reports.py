"""Reports: what carriers tell of parcels moves them, in whatever order it comes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from orderhub.delivery import waybills
from orderhub.delivery.flow import FLOW
from orderhub.delivery.waybills import NAMES
from orderhub.kernel.moves import Move, Verdict, carry_out
from orderhub.kernel.work import Work

Status = Literal["collected", "in_transit", "out_for_delivery", "signed", "returned", "lost"]

_TRANSITIONS: dict[str, str] = {
    "collected": "collect",
    "in_transit": "depart",
    "out_for_delivery": "deliver",
    "signed": "sign",
    "returned": "return",
    "lost": "lose",
}


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One thing a carrier says of one parcel."""

    shipment_id: UUID
    status: Status
    at: datetime
    waybill: str | None = None
    carrier: str | None = None


async def report(work: Work, reports: Sequence[Report]) -> list[Verdict]:
    """Move locked shipments to where their carriers say they are; what is older than that is no news.

    Of several reports on one parcel the furthest counts, so that any order of arrival ends in the same stage. An old
    one may still name the waybill or the carrier, where nobody did before.
    """
    furthest: dict[UUID, Report] = {}
    for told in sorted(reports, key=lambda r: (FLOW.rank(r.status), r.at)):
        furthest[told.shipment_id] = told
    ahead = {told.shipment_id: told for told in furthest.values() if _is_ahead(work, told)}
    late = {one: named for one in furthest if one not in ahead and (named := _named(one, reports))}
    verdicts = await carry_out(work, [_move(told, reports) for told in ahead.values()])
    return [*verdicts, *(await waybills.learn(work, late) if late else ())]


def _is_ahead(work: Work, told: Report) -> bool:
    return FLOW.rank(told.status) > FLOW.rank(work.subject(told.shipment_id).stage)


def _move(told: Report, reports: Sequence[Report]) -> Move:
    about = [r for r in reports if r.shipment_id == told.shipment_id]
    evidence = [{"status": r.status, "at": r.at, "waybill": r.waybill, "carrier": r.carrier} for r in about]
    return Move(
        subject=told.shipment_id,
        transition=_TRANSITIONS[told.status],
        facts=_named(told.shipment_id, reports),
        evidence=evidence,
    )


def _named(shipment_id: UUID, reports: Sequence[Report]) -> dict[str, Any]:
    """Return the waybill and the carrier that these reports name, the last one of each."""
    about = [r for r in reversed(reports) if r.shipment_id == shipment_id]
    told = {name: next((getattr(r, name) for r in about if getattr(r, name)), None) for name in NAMES}
    return {name: value for name, value in told.items() if value}
