"""Promises: by when a parcel will be there, from the time limits of the stages that still lie before it.

Whatever moves in time keeps or betters its promise; what is late has none, until it moves on or until somebody says
when it will. A promise is rounded up to the hour, and remembered: the best one ever given is what a buyer was told.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from orderhub.journey.stays import Stay
from orderhub.kernel import calendars
from orderhub.kernel.calendars import ALWAYS, Calendar
from orderhub.kernel.flows import Flow, flow

_HOUR = timedelta(hours=1)


class Promise(msgspec.Struct, frozen=True):
    """By when, if that is known; and by when it was once promised, if that was earlier."""

    by: datetime | None = None
    was: datetime | None = None


class Way(msgspec.Struct, frozen=True):
    """The stages that lie before something in a stage of an order or a parcel, and the hours of its warehouse."""

    order: Flow
    calendar: Calendar

    def arrival(self, kind: str, stage: str, leaves: datetime | None) -> datetime | None:
        """Return by when what leaves a stage at a moment is there; None where the way has ended or not begun."""
        parcel = flow(str(self.order.rolls_up))
        of = parcel if kind == parcel.kind else self.order
        if leaves is None or of.stage(stage).final or of.stage(stage).limit_minutes is None:
            return None
        ahead = of.stages[of.rank(stage) + 1 :] if of is parcel else parcel.stages
        for each in ahead:
            if not each.final and each.limit_minutes is not None:
                hours = self.calendar if each.working_hours else ALWAYS
                leaves = calendars.due(leaves, each.limit_minutes, hours)
        return _rounded(leaves)


def promise(way: Way, kind: str, stays: Sequence[Stay], *, before: Sequence[Stay], now: datetime) -> Promise:
    """Return what a buyer is promised of a parcel that has stayed in these places, its order ``before`` in those.

    The same of an order without parcels: then its own stays are all there are. At its end nothing is promised.
    """
    here = stays[-1]
    told = [way.arrival(way.order.kind, stay.stage, stay.due_at) for stay in before]
    told += [way.arrival(kind, stay.stage, stay.due_at) for stay in stays]
    by = told[-1]
    if by is None:
        return Promise(was=_best(told) if _is_lost(kind, here.stage) else None)
    if here.is_late(now) or here.expected_at:
        by = way.arrival(kind, here.stage, _still_to_come(here.expected_at, now))
    else:
        del told[-1]
    was = _best(told)
    return Promise(by, was if was is not None and (by is None or by > was) else None)


def _is_lost(kind: str, stage: str) -> bool:
    found = flow(kind).stage(stage)
    return found.final and found.limit_minutes is not None


def _still_to_come(expected: datetime | None, now: datetime) -> datetime | None:
    return expected if expected is not None and expected > now else None


def _best(told: Sequence[datetime | None]) -> datetime | None:
    return min((once for once in told if once is not None), default=None)


def _rounded(at: datetime) -> datetime:
    whole = at.replace(minute=0, second=0, microsecond=0)
    return whole if whole == at else whole + _HOUR
