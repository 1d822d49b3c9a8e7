"""Hurries: the buyer asks us to hurry. Once in four hours an order, counted, and seen by whoever has it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from orderhub.journey.refusals import HurriedLately, NothingToHurry
from orderhub.kernel import clock
from orderhub.kernel.actors import Actor
from orderhub.kernel.changes import Edit, change
from orderhub.kernel.errors import Refusal
from orderhub.kernel.flows import flow
from orderhub.kernel.ledger import Change
from orderhub.kernel.moves import Verdict
from orderhub.kernel.postgres import Record
from orderhub.kernel.subjects import Subject
from orderhub.kernel.work import Work

PAUSE = timedelta(hours=4)

_COUNTED = "select order_id, hurries, hurried_at from journey_links where order_id = any($1::uuid[])"
_WRITE = """
    insert into journey_links as l (order_id, hurries, hurried_at) select id, 1, $2 from unnest($1::uuid[]) as id
    on conflict (order_id) do update set hurries = l.hurries + 1, hurried_at = excluded.hurried_at
    returning order_id, hurries
"""


async def hurry(order_id: UUID, *, number: int, actor: Actor) -> Verdict:
    """Hurry us about an order, for the ``number``-th time: the same press twice is one hurry.

    Without a write key: what was refused because it was too soon must be heard later.
    """
    wish = Edit(subject=order_id, values={"number": number})
    (verdict,) = await change([wish], actor=actor, action="journey.hurried", roles=("buyer",), apply=_hurry)
    return verdict


def may_hurry(stage: str) -> bool:
    """Tell whether an order in this stage is with us or our carriers, so that hurrying makes sense."""
    of = flow("order")
    found = of.stage(stage)
    if found.rolled_up:
        parcel = flow(str(of.rolls_up)).stage(stage)
        return not parcel.final or parcel.limit_minutes is not None
    return found.limit_minutes is not None


def again_at(hurried_at: datetime | None) -> datetime | None:
    """Return when the buyer may hurry us again, if not now."""
    if hurried_at is None or hurried_at + PAUSE <= clock.now():
        return None
    return hurried_at + PAUSE


async def _hurry(work: Work, edits: Sequence[tuple[Subject, Edit]]) -> list[Sequence[Change] | Refusal]:
    ids = sorted({subject.id for subject, _ in edits})
    known = {row["order_id"]: row for row in await work.tx.fetch(_COUNTED, ids)}
    answers = {subject.id: _answer(subject, edit, known.get(subject.id)) for subject, edit in edits}
    heard = [order_id for order_id, answer in answers.items() if answer is None]
    counted = {row["order_id"]: row["hurries"] for row in await work.tx.fetch(_WRITE, heard, work.now)}
    told = {order_id: [Change("hurries", n - 1, n)] for order_id, n in counted.items()}
    return [told.get(subject.id) or answers[subject.id] or [] for subject, _ in edits]


def _answer(subject: Subject, edit: Edit, known: Record | None) -> Refusal | list[Change] | None:
    """Return why a hurry is refused, nothing to be told when it was counted before, or None for one to count."""
    if known and known["hurries"] >= edit.values["number"]:
        return []
    if not may_hurry(subject.stage):
        return NothingToHurry()
    again = again_at(known["hurried_at"]) if known else None
    if again is not None:
        return HurriedLately(minutes=max(1, int((again - clock.now()).total_seconds() // 60)))
    return None
