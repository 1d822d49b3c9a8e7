"""Reviewing: which of an order's earlier messages wait is decided anew whenever the order is told something.

So it follows from what is known, and not from the order in which it came: a message waits as long as something that it
tells cannot be followed, also when it could be at first.
"""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from orderhub.intake import messages, objections, reading
from orderhub.intake.cases import Case
from orderhub.intake.messages import Reviewed, Stored
from orderhub.intake.reasons import Reason, Rejected
from orderhub.kernel import clock
from orderhub.kernel.work import Work


async def review(work: Work, cases: Sequence[Case], *, but: Collection[UUID]) -> None:
    """Let earlier messages of these orders wait, or wait no more; ``but``: those that are being applied right now."""
    settled = [case.docket.id for case in cases if not case.objections and not case.docket.is_new]
    await messages.resolve(work, settled)
    doubtful = {case.docket.id: case for case in cases if case.objections}
    stored = await messages.of_dockets(work.tx, list(doubtful), but=but) if doubtful else []
    await messages.rewrite(work, [one for one in (_review(each, doubtful) for each in stored) if one])


def _review(stored: Stored, cases: Mapping[UUID, Case]) -> Reviewed | None:
    """Return what is different now; a message that cannot be read any more stays as it is."""
    case = cases[stored.docket_id] if stored.docket_id else None
    if case is None or stored.body is None:
        return None
    said = reading.reader(case.shop).apply(stored.body, now=max(stored.received_at, clock.now()))
    if isinstance(said, Rejected):
        return None
    reasons = objections.against(case.objections, said)
    if (stored.state == "waiting") == bool(reasons) and stored.reasons == _told(reasons):
        return None
    return Reviewed(stored=stored, reasons=reasons)


def _told(reasons: Sequence[Reason]) -> list[dict[str, str]]:
    return [{"code": str(reason.code), **reason.data} for reason in reasons]
