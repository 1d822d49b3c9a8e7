"""Changes: the only way a tracked field changes besides a move. Same transaction, key, guard and ledger."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

import msgspec

from orderhub.kernel import keys, postgres
from orderhub.kernel.actors import Actor, may, visible
from orderhub.kernel.errors import KeyReused, NotAllowed, NotFound, Refusal
from orderhub.kernel.ledger import Change
from orderhub.kernel.moves import Verdict, finish, retried
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
    return await retried(lambda: _change(edits, actor=actor, action=action, roles=roles, apply=apply))


async def _change(
    edits: Sequence[Edit], *, actor: Actor, action: str, roles: tuple[str, ...], apply: Apply
) -> list[Verdict]:
    async with postgres.transaction() as tx:
        keyed = {edit.key: keys.request_digest(edit) for edit in edits if edit.key}
        answered = await keys.claim(tx, actor.id, keyed) if keyed else {}
        work = await Work.begin(tx, actor, {edit.subject for edit in edits})
        verdicts = [_answer(edit, answered) or _admit(work, edit, roles) for edit in edits]
        open_edits = [number for number, verdict in enumerate(verdicts) if verdict.refused is None]
        fresh = [number for number in open_edits if edits[number].key not in answered]
        outcomes = await apply(work, [(work.subject(edits[n].subject), edits[n]) for n in fresh])
        for number, outcome in zip(fresh, outcomes, strict=True):
            verdicts[number] = _record(work, edits[number], outcome, action, roles)
        settled = [
            (e.key, v) for e, v in zip(edits, verdicts, strict=True) if e.key and e.key not in answered
        ]
        await keys.settle(tx, actor.id, settled)
        await finish(work)
    return verdicts


def _answer(edit: Edit, answered: dict[str, Any]) -> Verdict | None:
    answer = answered.get(edit.key or "")
    if isinstance(answer, KeyReused):
        return Verdict(subject=edit.subject, refused=answer.code, data=answer.data)
    return msgspec.convert(answer, Verdict) if answer is not None else None


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
