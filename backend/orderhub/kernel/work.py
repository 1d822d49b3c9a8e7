"""A unit of work: everything one transaction changes on subjects it has locked, written at its end in one statement.

Moves, changes, roll-up and intake all speak to a ``Work``; none of them writes a row of the kernel's own.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from orderhub.kernel import clock, flushing, ledger, subjects
from orderhub.kernel.actors import Actor
from orderhub.kernel.counts import bucket
from orderhub.kernel.flows import flow
from orderhub.kernel.ids import uuid7
from orderhub.kernel.ledger import Act, Change, Head
from orderhub.kernel.postgres import Transaction
from orderhub.kernel.subjects import Subject, Visit

Place = tuple[str, str, int, int, str]


class OutsideClosure(Exception):
    """A subject was touched that the closure did not declare: a mistake in the domain, not of a user."""


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """Something to be told outside, once this transaction is committed."""

    id: UUID
    destination: str
    subject_id: UUID
    topic: str
    body: dict[str, Any]


class Work:
    """What one transaction does to its closure. ``begin`` locks it; ``flush`` writes it."""

    def __init__(self, tx: Transaction, actor: Actor) -> None:
        self.tx = tx
        self.actor = actor
        self.now = clock.now()
        self._bucket = bucket(self.now)
        self.subjects: dict[UUID, Subject] = {}
        self._families: dict[UUID, list[Subject]] = defaultdict(list)
        self.opened: dict[UUID, Subject] = {}
        self.touched: dict[UUID, Subject] = {}
        self.restaged: dict[UUID, Subject] = {}
        self.visits_left: dict[UUID, Visit] = {}
        self.visits_entered: dict[UUID, Visit] = {}
        self.entries: list[ledger.Entry] = []
        self.personal: list[ledger.PersonalValues] = []
        self.deltas: Counter[Place] = Counter()
        self.letters: list[Letter] = []
        self.requests: dict[UUID, str | None] = {}  # whose roots this batch takes in: the request of each

    @classmethod
    async def begin(
        cls, tx: Transaction, actor: Actor, ids: Collection[UUID], *, with_children_of: Collection[UUID] = ()
    ) -> "Work":
        """Lock the subjects, their parents and the children asked for, in the order of their ids."""
        work = cls(tx, actor)
        wanted = await subjects.closure(tx, ids, with_children_of=with_children_of)
        work._hold(await subjects.lock(tx, wanted))
        if with_children_of:
            # A child may have been added before its parent was locked. Whoever else wants it waits at its parent.
            late = await subjects.closure(tx, ids, with_children_of=with_children_of) - work.subjects.keys()
            work._hold(await subjects.lock(tx, late))
        return work

    def subject(self, subject_id: UUID) -> Subject:
        """Return a subject of the closure."""
        if subject_id not in self.subjects:
            raise OutsideClosure(f"{subject_id} was not declared before the locks were taken")
        return self.subjects[subject_id]

    @contextmanager
    def acting(self, actor: Actor) -> Iterator[None]:
        """Let somebody else act for a while: a batch may hold messages of several shops."""
        before, self.actor = self.actor, actor
        try:
            yield
        finally:
            self.actor = before

    def children(self, parent_id: UUID) -> list[Subject]:
        """Return the children of a subject that lie in the closure."""
        return list(self._families[parent_id])

    def open(
        self,
        kind: str,
        subject_id: UUID,
        *,
        shop_id: int,
        warehouse_id: int | None = None,
        parent: Subject | None = None,
        opened_at: datetime | None = None,
        changes: Sequence[Change] = (),
        why: str | None = None,
        evidence: Any = None,
    ) -> Subject:
        """Begin a life: a new subject in the first stage of its flow, under a parent of the closure if it has one."""
        if parent is not None:
            self.subject(parent.id)
        stage = flow(kind).stages[0].name
        subject = Subject(
            id=subject_id,
            kind=kind,
            parent_id=parent.id if parent else None,
            root_id=parent.root_id if parent else subject_id,
            shop_id=shop_id,
            warehouse_id=warehouse_id,
            stage=stage,
            reached=0,
            reached_of=0,
            opened_at=opened_at or self.now,
            head=Head(),
            visit=self._visit(subject_id, stage),
        )
        self._hold([subject])
        self.opened[subject_id] = self.restaged[subject_id] = subject
        self._count(subject, +1)
        self.deltas[(*_place(subject), f"opened:{self._bucket}")] += 1
        first = [
            Change("stage", None, stage),
            Change("shop", None, shop_id),
            Change("warehouse", None, warehouse_id),
        ]
        self.record(subject, "opened", [*first, *changes], why=why, evidence=evidence)
        return subject

    def enter(self, subject: Subject, stage: str, *, transition: str, by: Actor) -> None:
        """Let a subject leave its visit and begin the next one; what is said of it is for the caller to record."""
        self._count(subject, -1)
        if flow(subject.kind).stage(subject.stage).role is not None:
            self.deltas[(*_place(subject), f"done:{self._bucket}")] += 1
        left = subject.visit
        if left.late_at is not None:
            root = self.subject(subject.root_id)
            root.late -= 1
            self.touch(root)
        left.left_at, left.left_by, left.transition = self.now, by.id, transition
        if left.id not in self.visits_entered:
            self.visits_left[left.id] = left
        subject.stage = stage
        subject.visit = self._visit(subject.id, stage, by=by)
        self._count(subject, +1)
        self.restaged[subject.id] = subject
        self.touch(subject)

    def record(
        self,
        subject: Subject,
        action: str,
        changes: Sequence[Change],
        *,
        by: Actor | None = None,
        role: str | None = None,
        why: str | None = None,
        evidence: Any = None,
    ) -> None:
        """Append what was done to the subject's stream."""
        asked = self.requests.get(subject.root_id) or self.actor.request_id
        act = Act(
            action=action,
            actor=by or self.actor,
            at=self.now,
            role=role,
            why=why,
            evidence=evidence,
            request_id=asked,
        )
        stream = ledger.subject_stream(subject.id)
        entry, kept = ledger.chain(subject.head, act, changes, stream=stream, root_id=subject.root_id)
        self.entries.append(entry)
        self.personal += kept
        self.touch(subject)

    def touch(self, subject: Subject) -> None:
        """Mark a subject as changed: its row is written, and whoever watches it is told after the COMMIT."""
        if subject.id not in self.opened:
            self.touched[subject.id] = subject

    def send(self, subject: Subject, *, destination: str, topic: str, body: dict[str, Any]) -> None:
        """Put a letter into the outbox, to leave once this transaction is committed."""
        self.letters.append(
            Letter(id=uuid7(), destination=destination, subject_id=subject.id, topic=topic, body=body)
        )

    async def flush(self) -> None:
        """Write everything, and tell the bus after the COMMIT."""
        await flushing.flush(self)

    def _hold(self, found: Iterable[Subject]) -> None:
        for subject in found:
            self.subjects[subject.id] = subject
            if subject.parent_id is not None:
                self._families[subject.parent_id].append(subject)

    def _visit(self, subject_id: UUID, stage: str, *, by: Actor | None = None) -> Visit:
        visit = Visit(
            id=uuid7(),
            subject_id=subject_id,
            stage=stage,
            entered_at=self.now,
            entered_by=(by or self.actor).id,
        )
        self.visits_entered[visit.id] = visit
        return visit

    def _count(self, subject: Subject, step: int) -> None:
        self.deltas[(*_place(subject), "open")] += step
        if subject.visit.late_at is not None:
            self.deltas[(*_place(subject), "late")] += step


def _place(subject: Subject) -> tuple[str, str, int, int]:
    return (subject.kind, subject.stage, subject.shop_id, subject.warehouse_id or 0)
