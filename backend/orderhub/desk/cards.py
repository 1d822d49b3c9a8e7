"""Cards: what a role must do now. A card is an open visit that a role owns; a person may claim a batch of them.

A claim keeps two people from doing the same thing; it holds until the visit ends or the card is released. It is not
a change of the subject, so it stands on the visit and not in the ledger.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from orderhub.kernel import postgres
from orderhub.kernel.actors import Actor, may, visible
from orderhub.kernel.errors import BadInput, NotAllowed, NotFound, Refusal, VisitOver
from orderhub.kernel.moves import Verdict
from orderhub.kernel.postgres import Record, Transaction
from orderhub.kernel.retrying import retried
from orderhub.kernel.work import Work

SUPERVISORS = ("operations", "manager", "admin")

_BEFORE_ALL = "-infinity~00000000-0000-0000-0000-000000000000"
_SEEN = """
    select id as visit, subject_id as subject, root_id as root, kind, stage, shop_id as shop,
        warehouse_id as warehouse, entered_at, due_at, late_at, claimed_by, claimed_at
    from visits
    where left_at is null and role = $1 and (coalesce(due_at, 'infinity'), id) > ($2::text::timestamptz, $3::text::uuid)
        and ($4::text is null or stage = $4) and ($5::int[] is null or shop_id = any($5))
"""
_ALL = f"{_SEEN} order by coalesce(due_at, 'infinity'), id limit $6"
# One walk along the index for each warehouse, so that a quiet one does not have to be looked for among a busy one's.
# 0: a subject without a warehouse is seen by all who may see its shop.
_OF_WAREHOUSES = f"""
    select card.* from unnest(array[0] || $7::int[]) as place cross join lateral (
        {_SEEN} and coalesce(warehouse_id, 0) = place
        order by coalesce(due_at, 'infinity'), id limit $6) as card
    order by coalesce(due_at, 'infinity'), visit limit $6
"""


class CardTaken(Refusal):
    """Somebody else has claimed this card. Data: by (the actor's id)."""


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """Something a role must do: which subject stands where since when, until when, and who has taken it on."""

    visit: UUID
    subject: UUID
    root: UUID
    kind: str
    stage: str
    shop: int
    warehouse: int | None
    entered_at: datetime
    due_at: datetime | None
    late_at: datetime | None
    claimed_by: str | None
    claimed_at: datetime | None

    @property
    def position(self) -> str:
        """Where the next page begins."""
        return f"{self.due_at.isoformat() if self.due_at else 'infinity'}~{self.visit}"


async def cards(
    tx: Transaction,
    role: str,
    *,
    shops: Collection[int] | None,
    warehouses: Collection[int] | None,
    stage: str | None = None,
    after: str | None = None,
    limit: int = 50,
) -> list[Card]:
    """Return the open cards of a role within a scope (None: all), late ones first, then by due time.

    ``after`` is the ``position`` of the last card of the page before.
    """
    due_at, visit = _place(after or _BEFORE_ALL)
    asked = (role, due_at, visit, stage, None if shops is None else sorted(shops), limit)
    if warehouses is None:
        rows = await tx.fetch(_ALL, *asked)
    else:
        rows = await tx.fetch(_OF_WAREHOUSES, *asked, sorted(warehouses))
    return [Card(**dict(row)) for row in rows]


async def claim(visits: Sequence[UUID], *, actor: Actor) -> list[Verdict]:
    """Take cards on, each with its own verdict; one that somebody else has taken is refused."""
    return await retried(lambda: _hand(visits, actor, _may_claim, to=actor.id))


async def release(visits: Sequence[UUID], *, actor: Actor) -> list[Verdict]:
    """Give cards back: one's own, or, as a supervisor, anybody's."""
    return await retried(lambda: _hand(visits, actor, _may_release, to=None))


async def _hand(
    visits: Sequence[UUID], actor: Actor, check: Callable[[Actor, Record], None], *, to: str | None
) -> list[Verdict]:
    async with postgres.transaction() as tx:
        rows = await tx.fetch("select id, subject_id from visits where id = any($1::uuid[])", list(visits))
        subjects = {row["id"]: row["subject_id"] for row in rows}
        work = await Work.begin(tx, actor, set(subjects.values()))
        locked = await tx.fetch(
            """select v.id, subject_id, v.role, v.shop_id, v.warehouse_id, v.left_at, v.claimed_by, s.stage
               from visits v join subjects s on s.id = v.subject_id where v.id = any($1::uuid[])""",
            list(subjects),
        )
        cards = {row["id"]: row for row in locked}
        verdicts = {visit: _verdict(visit, cards.get(visit), actor, check) for visit in visits}
        handed = [
            v for v, verdict in verdicts.items() if not verdict.refused and cards[v]["claimed_by"] != to
        ]
        await tx.execute(
            "update visits set claimed_by = $2, claimed_at = $3 where id = any($1::uuid[])",
            *(handed, to, work.now if to else None),
        )
        for visit in handed:
            work.touch(work.subject(subjects[visit]))
        await work.flush()
    return [verdicts[visit] for visit in visits]


def _verdict(
    visit: UUID, row: Record | None, actor: Actor, check: Callable[[Actor, Record], None]
) -> Verdict:
    try:
        if row is None or not visible(actor, row["shop_id"], row["warehouse_id"]):
            raise NotFound(visit=str(visit))
        if row["left_at"] is not None:
            raise VisitOver(stage=row["stage"])
        check(actor, row)
    except Refusal as refusal:
        subject = row["subject_id"] if row else visit
        return Verdict(subject=subject, visit=visit, refused=refusal.code, data=refusal.data)
    return Verdict(subject=row["subject_id"], stage=row["stage"], visit=visit)


def _may_claim(actor: Actor, row: Record) -> None:
    if row["role"] is None or may(actor, (row["role"], *SUPERVISORS)) is None:
        raise NotAllowed(needed=[row["role"]], got=sorted(actor.roles))
    if row["claimed_by"] not in (None, actor.id):
        raise CardTaken(by=row["claimed_by"])


def _may_release(actor: Actor, row: Record) -> None:
    if row["claimed_by"] not in (None, actor.id) and may(actor, SUPERVISORS) is None:
        raise NotAllowed(needed=list(SUPERVISORS), got=sorted(actor.roles))


def _place(position: str) -> tuple[str, str]:
    due_at, _, visit = position.partition("~")
    try:
        if due_at not in ("infinity", "-infinity"):
            datetime.fromisoformat(due_at)
        return due_at, str(UUID(visit))
    except ValueError:
        raise BadInput(field="after", expected="the position of a card", got=position) from None
