"""The report of a rehearsal: how fast, how long each order took, and what became of all of them."""

import math
from collections import Counter
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import msgspec

from orderhub.intake.load.arrived import Arrived
from orderhub.intake.load.running import Answered, Run

_APPLIED = ("applied", "unchanged")  # the latter: acknowledged before, and the answer was lost


class Latency(msgspec.Struct, frozen=True, kw_only=True):
    """Milliseconds from the moment an order was due to its acknowledgement."""

    p50_ms: float
    p95_ms: float
    p99_ms: float
    max_ms: float


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """How a rehearsal ended. Rates are a second; ``arrived`` and ``cancelled`` are None where nobody could look."""

    run: str
    url: str
    came: int
    came_rate: float
    acknowledged: int
    acknowledged_rate: float
    latency: Latency | None
    most_waiting: int
    again: dict[str, int]
    kept_waiting: dict[str, int]
    refused: dict[str, int]
    unanswered: int
    broken_off: bool
    arrived: Arrived | None = None
    cancelled: int | None = None

    @property
    def is_whole(self) -> bool:
        """Tell whether every order that came was taken, applied, and is there once."""
        trouble = self.kept_waiting or self.refused or self.unanswered
        return not trouble and (self.arrived is None or self.arrived.is_right)


def report(run: Run, *, name: str, url: str, broken_off: bool) -> Report:
    """Count what a run came to."""
    taken = [one for one in run.answered if one.is_acknowledged]
    refused = [one for one in run.answered if one.status and not one.is_acknowledged]
    return Report(
        run=name,
        url=url,
        came=run.came,
        came_rate=_rate(run.came, run.came_seconds),
        acknowledged=len(taken),
        acknowledged_rate=_rate(len(taken), run.seconds),
        latency=_latency(sorted(one.seconds * 1000 for one in taken)),
        most_waiting=run.most_waiting,
        again=dict(run.again),
        kept_waiting=dict(Counter(reason for one in taken for reason in _reasons(one))),
        refused=dict(Counter(f"{one.status} {_said(one).get('code', '')}".strip() for one in refused)),
        unanswered=sum(not one.status for one in run.answered),
        broken_off=broken_off,
    )


def applied(answered: Sequence[Answered]) -> list[Answered]:
    """Return the orders that the hub said are orders now."""
    return [one for one in answered if one.is_acknowledged and _said(one).get("state") in _APPLIED]


def _reasons(one: Answered) -> list[str]:
    said = _said(one)
    if said.get("state") in _APPLIED:
        return []
    return [str(reason) for reason in said.get("reasons", ())] or [str(HTTPStatus(one.status).phrase)]


def _said(one: Answered) -> dict[str, Any]:
    try:
        return msgspec.json.decode(one.said, type=dict[str, Any])
    except msgspec.DecodeError:
        return {}


def _rate(count: int, seconds: float) -> float:
    return round(count / seconds, 2) if seconds else 0.0


def _latency(taken: Sequence[float]) -> Latency | None:
    if not taken:
        return None

    def at(share: float) -> float:
        """The nearest rank: a value that was measured, never one between two."""
        return round(taken[max(0, math.ceil(len(taken) * share) - 1)], 1)

    return Latency(p50_ms=at(0.5), p95_ms=at(0.95), p99_ms=at(0.99), max_ms=round(taken[-1], 1))
