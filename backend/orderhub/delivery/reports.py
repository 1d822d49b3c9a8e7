"""Reports: what carriers tell of parcels moves them, in whatever order it comes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from orderhub.delivery.flow import FLOW
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

    Of several reports on one parcel the furthest counts, so that any order of arrival ends in the same stage.
    """
    furthest: dict[UUID, Report] = {}
    for told in sorted(reports, key=lambda r: (FLOW.rank(r.status), r.at)):
        furthest[told.shipment_id] = told
    ahead = [
        r for r in furthest.values() if FLOW.rank(r.status) > FLOW.rank(work.subject(r.shipment_id).stage)
    ]
    return await carry_out(work, [_move(told, reports) for told in ahead])


def _move(told: Report, reports: Sequence[Report]) -> Move:
    about = [r for r in reports if r.shipment_id == told.shipment_id]
    named: dict[str, Any] = {}
    for name in ("waybill", "carrier"):
        value = next((getattr(r, name) for r in reversed(about) if getattr(r, name)), None)
        if value:
            named[name] = value
    evidence = [{"status": r.status, "at": r.at, "waybill": r.waybill, "carrier": r.carrier} for r in about]
    return Move(
        subject=told.shipment_id, transition=_TRANSITIONS[told.status], facts=named, evidence=evidence
    )
