"""Changes: the only way a tracked field changes besides a move. Same transaction, key, guard and ledger."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

import msgspec

from orderhub.kernel import keys, postgres
from orderhub.kernel.actors import Actor, may, visible
from orderhub.kernel.errors import NotAllowed, NotFound, Refusal
from orderhub.kernel.ledger import Change
from orderhub.kernel.moves import Verdict, finish, heard
from orderhub.kernel.retrying import retried
from orderhub.kernel.subjects import Subject
from orderhub.kernel.work import Work


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """A wish to change what is known of a subject. ``values`` is what the domain's verb takes."""

    subject: UUID
    values: dict[str, Any]
    key: str | None = None
    why: str | None = None


Apply = Callable[[Work, Sequence[tuple[Subject, Edit]]], Awaitable[Sequence[Sequence[Change] | Refusal]]]


async def change(
    edits: Sequence[Edit], *, actor: Actor, action: str, roles: tuple[str, ...], apply: Apply
) -> list[Verdict]:
    """Change subjects, each with its own verdict, in the order asked.

    ``apply`` writes the domain's own rows, and returns for each edit what changed, or why it is refused.
    """
    attempt = partial(_change, edits, actor=actor, action=action, roles=roles, apply=apply)
    return await retried(attempt, keyed=all(edit.key for edit in edits))


async def _change(
    edits: Sequence[Edit], *, actor: Actor, action: str, roles: tuple[str, ...], apply: Apply
) -> list[Verdict]:
    async with postgres.transaction() as tx:

        async def carry(places: Sequence[int]) -> list[Verdict]:
            fresh = [edits[place] for place in places]
            work = await Work.begin(tx, actor, {edit.subject for edit in fresh})
            verdicts = [_admit(work, edit, roles) for edit in fresh]
            admitted = [n for n, verdict in enumerate(verdicts) if verdict.refused is None]
            outcomes = await apply(work, [(work.subject(fresh[n].subject), fresh[n]) for n in admitted])
            for n, outcome in zip(admitted, outcomes, strict=True):
                verdicts[n] = _record(work, fresh[n], outcome, action, roles)
            await finish(work)
            return verdicts

        answers = await keys.once(tx, [(actor.id, edit) for edit in edits], carry)
    return [heard(edit.subject, answer) for edit, answer in zip(edits, answers, strict=True)]


def _admit(work: Work, edit: Edit, roles: tuple[str, ...]) -> Verdict:
    subject = work.subjects.get(edit.subject)
    if subject is None or not visible(work.actor, subject.shop_id, subject.warehouse_id):
        return _refused(edit, NotFound(subject=str(edit.subject)))
    if may(work.actor, roles) is None:
        return _refused(edit, NotAllowed(needed=list(roles), got=sorted(work.actor.roles)))
    return Verdict(subject=subject.id, stage=subject.stage, visit=subject.visit.id)


def _record(
    work: Work, edit: Edit, outcome: Sequence[Change] | Refusal, action: str, roles: tuple[str, ...]
) -> Verdict:
    if isinstance(outcome, Refusal):
        return _refused(edit, outcome)
    subject = work.subject(edit.subject)
    if outcome:
        work.record(subject, action, outcome, role=may(work.actor, roles), why=edit.why)
    return Verdict(subject=subject.id, stage=subject.stage, visit=subject.visit.id)


def _refused(edit: Edit, refusal: Refusal) -> Verdict:
    return Verdict(subject=edit.subject, refused=refusal.code, data=refusal.data)
