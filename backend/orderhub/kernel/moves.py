"""Moves: the only way a stage changes. One transaction moves one subject or five hundred, for one person or many.

Locks are taken in one order: write keys, claimed numbers, then subjects by id (parents and children in one
statement), then what effects lock; a fixed number of statements, whatever the batch.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

import msgspec

from orderhub.kernel import keys, postgres, rollup
from orderhub.kernel.actors import SYSTEM, Actor, may, visible
from orderhub.kernel.errors import KeyReused, NoSuchMove, NotAllowed, NotFound, Refusal, VisitOver
from orderhub.kernel.flows import Step, Transition, all_flows, flow, reactions
from orderhub.kernel.ledger import Change
from orderhub.kernel.retrying import retried
from orderhub.kernel.subjects import Subject
from orderhub.kernel.work import Work


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """A wish to move a subject. ``visit`` is the stay it leaves: an edit elsewhere does not refuse the move.

    ``facts`` is what the transition asks for (waybill); ``key`` makes a repeat of the wish harmless.
    """

    subject: UUID
    transition: str
    visit: UUID | None = None
    key: str | None = None
    facts: dict[str, Any] = {}
    why: str | None = None
    evidence: Any = None


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a move: the stage the subject stands in, or why it was refused."""

    subject: UUID
    stage: str | None = None
    visit: UUID | None = None
    refused: str | None = None
    data: dict[str, Any] = {}


class Moving(msgspec.Struct, kw_only=True):
    """A move on its way: guards may refuse it, effects may add to what its ledger entry says."""

    request: Move
    subject: Subject
    transition: Transition
    role: str
    changes: list[Change] = []
    refusal: Refusal | None = None

    def refuse(self, refusal: Refusal) -> None:
        self.refusal = self.refusal or refusal


class Wish(msgspec.Struct, frozen=True):
    """What somebody asks for at once: moves, in the order asked."""

    moves: Sequence[Move]
    actor: Actor

    @property
    def is_repeatable(self) -> bool:
        return all(move.key for move in self.moves)


async def move(requests: Sequence[Move], *, actor: Actor) -> list[Verdict]:
    """Move subjects, each with its own verdict, in the order asked."""
    (verdicts,) = await move_together([Wish(requests, actor)])
    return verdicts


async def move_together(wishes: Sequence[Wish]) -> list[list[Verdict]]:
    """Do what several people ask in one transaction, one after the other, each under their own name."""
    return await retried(lambda: _move(wishes), keyed=all(wish.is_repeatable for wish in wishes))


async def carry_out(work: Work, requests: Sequence[Move], *, actor: Actor | None = None) -> list[Verdict]:
    """Move subjects of an open unit of work; a subject named twice waits for the next round."""
    verdicts: dict[int, Verdict] = {}
    waiting = list(enumerate(requests))
    while waiting:
        taken: dict[UUID, tuple[int, Move]] = {}
        later: list[tuple[int, Move]] = []
        for number, request in waiting:
            if request.subject in taken:
                later.append((number, request))
            else:
                taken[request.subject] = (number, request)
        verdicts |= await _round(work, list(taken.values()), actor or work.actor)
        waiting = later
    return [verdicts[number] for number in range(len(requests))]


async def finish(work: Work) -> None:
    """Roll parents up, let other domains react to that, and write the work."""
    await settle(work)
    await work.flush()


async def settle(work: Work) -> None:
    """Roll up the parents of what has moved so far, and let other domains react to that."""
    moved = list(work.restaged.values())
    work.restaged.clear()
    while moved:
        followed = await rollup.roll_up(work, moved)
        for subject in followed:
            await announce(work, [subject], subject.stage, happening="rolled_up")
        moved = [subject for subject in followed if subject.parent_id]


async def announce(work: Work, befallen: Sequence[Subject], to: str, *, happening: str | None = None) -> None:
    """Let other domains react to what has befallen subjects of one kind without a move (``revised``)."""
    movings = [_by_itself(subject, happening or to) for subject in befallen]
    for step in reactions(befallen[0].kind, to) if befallen else ():
        await step(work, movings)


def closing(requests: Sequence[Move]) -> set[UUID]:
    """Return the subjects whose children belong into the closure of these moves."""
    wide = {t.name for known in all_flows().values() for t in known.transitions if t.with_children}
    return {request.subject for request in requests if request.transition in wide}


async def _move(wishes: Sequence[Wish]) -> list[list[Verdict]]:
    asked = [(wish.actor.id, move) for wish in wishes for move in wish.moves]
    whose = [wish.actor for wish in wishes for _ in wish.moves]
    async with postgres.transaction() as tx:

        async def carry(places: Sequence[int]) -> list[Verdict]:
            fresh = [asked[place][1] for place in places]
            ids = {move.subject for move in fresh}
            work = await Work.begin(tx, whose[0], ids, with_children_of=closing(fresh))
            verdicts: list[Verdict] = []
            for actor, theirs in groupby(places, key=whose.__getitem__):
                with work.acting(actor):
                    verdicts += await carry_out(work, [asked[place][1] for place in theirs])
                    await settle(work)
            await work.flush()
            return verdicts

        answers = iter(await keys.once(tx, asked, carry))
    return [[heard(move.subject, next(answers)) for move in wish.moves] for wish in wishes]


async def _round(work: Work, numbered: Sequence[tuple[int, Move]], actor: Actor) -> dict[int, Verdict]:
    movings: dict[int, Moving] = {}
    verdicts: dict[int, Verdict] = {}
    for number, request in numbered:
        try:
            movings[number] = _admit(work, request, actor)
        except Refusal as refusal:
            verdicts[number] = _refused(request.subject, refusal)
    await _run(work, list(movings.values()), lambda transition: transition.guards)
    await _run(work, list(movings.values()), lambda transition: transition.effects)
    await _enter(work, [m for m in movings.values() if m.refusal is None], actor)
    return verdicts | {number: _verdict(moving) for number, moving in movings.items()}


def _admit(work: Work, request: Move, actor: Actor) -> Moving:
    subject = work.subjects.get(request.subject)
    if subject is None or not visible(actor, subject.shop_id, subject.warehouse_id):
        raise NotFound(subject=str(request.subject))
    if request.visit is not None and request.visit != subject.visit.id:
        raise VisitOver(stage=subject.stage)
    of = flow(subject.kind)
    transition = of.transition(request.transition, source=subject.stage)
    if transition is None:
        allowed = [t.name for t in of.leaving(subject.stage)]
        raise NoSuchMove(transition=request.transition, stage=subject.stage, allowed=allowed)
    role = may(actor, transition.roles)
    if role is None:
        raise NotAllowed(needed=list(transition.roles), got=sorted(actor.roles))
    return Moving(request=request, subject=subject, transition=transition, role=role)


async def _run(work: Work, movings: Sequence[Moving], steps: Callable[[Transition], Sequence[Step]]) -> None:
    by_step: dict[Step, list[Moving]] = defaultdict(list)
    for moving in movings:
        for step in steps(moving.transition):
            by_step[step].append(moving)
    for step, concerned in by_step.items():
        if standing := [moving for moving in concerned if moving.refusal is None]:
            await step(work, standing)


async def _enter(work: Work, movings: Sequence[Moving], actor: Actor) -> None:
    entered: dict[tuple[str, str], list[Moving]] = defaultdict(list)
    for moving in movings:
        subject, transition = moving.subject, moving.transition
        before = subject.stage
        work.enter(subject, transition.target, transition=transition.name, by=actor)
        work.record(
            subject,
            f"move.{transition.name}",
            [Change("stage", before, transition.target), *moving.changes],
            by=actor,
            role=moving.role,
            why=moving.request.why,
            evidence=moving.request.evidence,
        )
        entered[subject.kind, transition.target].append(moving)
    for (kind, stage), arrived in entered.items():
        for step in reactions(kind, stage):
            await step(work, arrived)


def _by_itself(subject: Subject, happening: str) -> Moving:
    nobodys = Transition(name=happening, sources=(), target=subject.stage, roles=())
    request = Move(subject=subject.id, transition=happening)
    return Moving(request=request, subject=subject, transition=nobodys, role=SYSTEM.kind)


def _verdict(moving: Moving) -> Verdict:
    if moving.refusal is not None:
        return _refused(moving.subject.id, moving.refusal)
    return Verdict(subject=moving.subject.id, stage=moving.transition.target, visit=moving.subject.visit.id)


def _refused(subject: UUID, refusal: Refusal) -> Verdict:
    return Verdict(subject=subject, refused=refusal.code, data=refusal.data)


def heard(subject: UUID, answer: Any) -> Verdict:
    """Return the verdict that a request about a subject hears: a fresh one, a stored one, or that its key was used."""
    return _refused(subject, answer) if isinstance(answer, KeyReused) else msgspec.convert(answer, Verdict)
