"""Steps: what a buyer sees of the stays of a parcel. Many stages are one step to them, and none walks backwards."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from orderhub.journey.stays import Stay
from orderhub.kernel.flows import Flow
from orderhub.rendering.catalogue import Words


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One or more stays that a buyer knows by one word. ``tone`` and ``due_at`` are those of the last of them."""

    word: str
    stage: str
    tone: str
    icon: str
    entered_at: datetime
    left_at: datetime | None
    due_at: datetime | None
    is_late: bool
    is_end: bool


class Held(msgspec.Struct, frozen=True):
    """How long one holder had it: the seconds, and whether it is with them now for longer than it should."""

    tone: str
    seconds: float
    is_late: bool = False


def word_of(kind: str, stage: str) -> str:
    """Return the catalogue's key of the buyer's word for a stage."""
    return f"journey.{kind}.{stage}"


def steps(flow: Flow, stays: Sequence[Stay], words: Words, *, now: datetime) -> list[Step]:
    """Fold stays into steps, oldest first. One that goes back in the flow belongs to the step it comes back from."""
    folded: list[Step] = []
    furthest = ""
    for stay in stays:
        if not furthest or flow.rank(stay.stage) >= flow.rank(furthest):
            furthest = stay.stage
        step = _step(flow, furthest, stay, now)
        if folded and words.text(folded[-1].word) == words.text(step.word):
            folded[-1] = msgspec.structs.replace(step, entered_at=folded[-1].entered_at)
        else:
            folded.append(step)
    return folded


def held(flow: Flow, stays: Sequence[Stay], *, now: datetime) -> list[Held]:
    """Return who held it and how long, in order; at its end nobody holds it any more."""
    parts: list[Held] = []
    for stay in stays:
        stage = flow.stage(stay.stage)
        if stage.final and stay.left_at is None and stage.limit_minutes is None:
            continue
        late = stay.left_at is None and stay.is_late(now)
        if parts and (parts[-1].tone, parts[-1].is_late) == (stage.tone, late):
            parts[-1] = Held(stage.tone, parts[-1].seconds + stay.spent(now), late)
        else:
            parts.append(Held(stage.tone, stay.spent(now), late))
    return parts


def _step(flow: Flow, stage: str, stay: Stay, now: datetime) -> Step:
    shown = flow.stage(stage)
    return Step(
        word=word_of(flow.kind, stage),
        stage=stage,
        tone=flow.stage(stay.stage).tone,
        icon=shown.icon,
        entered_at=stay.entered_at,
        left_at=stay.left_at,
        due_at=stay.due_at,
        is_late=stay.is_late(now),
        is_end=shown.final and shown.limit_minutes is None,
    )
