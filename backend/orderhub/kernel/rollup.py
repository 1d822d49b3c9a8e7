"""Roll-up: a parent stands where its least advanced open child stands, plus how many have arrived of how many."""

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from orderhub.kernel import subjects
from orderhub.kernel.actors import SYSTEM
from orderhub.kernel.flows import Flow, flow
from orderhub.kernel.ledger import Change
from orderhub.kernel.subjects import Subject

if TYPE_CHECKING:
    from orderhub.kernel.work import Work

CANCELLED = "cancelled"


async def roll_up(work: "Work", moved: Sequence[Subject]) -> list[Subject]:
    """Bring the parents of moved children to their stage; returns the parents that entered another one."""
    parents = [work.subject(parent_id) for parent_id in {s.parent_id for s in moved if s.parent_id}]
    counting = [parent for parent in parents if flow(parent.kind).rolls_up]
    if not counting:
        return []
    stages = await _children(work, [parent.id for parent in counting])
    return [parent for parent in counting if _follow(work, parent, stages[parent.id])]


def rolled_up_stage(parent: Flow, stages: Sequence[str]) -> str:
    """Return the stage of a parent whose children stand in these stages; cancelled children do not count."""
    child = flow(str(parent.rolls_up))
    standing = [stage for stage in stages if stage != CANCELLED]
    if not standing:
        return str(parent.rolls_up_from)
    unfinished = [stage for stage in standing if not child.stage(stage).final]
    return min(unfinished or standing, key=child.rank)


def _mirrors(parent: Flow, stage: str) -> bool:
    return parent.rolls_up is not None and (stage == parent.rolls_up_from or parent.stage(stage).rolled_up)


async def _children(work: "Work", parent_ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    known: dict[UUID, dict[UUID, str]] = defaultdict(dict)
    for parent_id, child_id, stage in await subjects.children_stages(work.tx, parent_ids):
        known[parent_id][child_id] = stage
    for parent_id in parent_ids:
        known[parent_id] |= {child.id: child.stage for child in work.children(parent_id)}
    return {parent_id: list(stages.values()) for parent_id, stages in known.items()}


def _follow(work: "Work", parent: Subject, stages: Sequence[str]) -> bool:
    of = flow(parent.kind)
    child = flow(str(of.rolls_up))
    standing = [stage for stage in stages if stage != CANCELLED]
    parent.reached, parent.reached_of = sum(child.stage(stage).final for stage in standing), len(standing)
    work.touch(parent)
    target = rolled_up_stage(of, stages)
    if target == parent.stage or not _mirrors(of, parent.stage):
        return False
    before = parent.stage
    work.enter(parent, target, transition="rolled_up", by=SYSTEM)
    work.record(parent, "rolled_up", [Change("stage", before, target)], by=SYSTEM)
    return True
