"""The queue of messages as people see it: what waits, why, and what has become of the rest."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from orderhub.intake import messages
from orderhub.intake.messages import Stored
from orderhub.kernel import counts, ledger
from orderhub.kernel.errors import BadInput
from orderhub.kernel.postgres import Transaction
from orderhub.kernel.views import Scope
from orderhub.rendering import cursors
from orderhub.rendering.catalogue import Said

PAGE = 20
SHOWN = 4_000
STATES = ("waiting", "replayed", "dismissed")

_PAGE = """
    select m.id, m.shop_id, m.outside_id, m.received_at, m.owner_id, m.body, m.order_number, m.docket_id,
           m.state, m.reasons, m.tries, s.stage, s.visit_id, s.opened_at, h.name as shop, h.channel
    from subjects s join messages m on m.id = s.id join shops h on h.id = s.shop_id
    where s.kind = 'message' and s.parent_id is null and s.stage = $1 and ($2::int[] is null or s.shop_id = any($2))
        and ($3::timestamptz is null or (s.opened_at, s.id) < ($3, $4::uuid))
    order by s.opened_at desc, s.id desc limit $5
"""

_ENDED = """
    select distinct on (stream) stream, at, body from ledger
    where stream = any($1::text[]) order by stream, seq desc
"""


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """Who settled a message, when, and why."""

    at: datetime
    role: str
    who: str
    why: str | None


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A message in the queue. `body` is its beginning, as text."""

    id: UUID
    visit: UUID
    source: str
    shop: str
    received_at: datetime
    number: str | None
    state: str
    reasons: tuple[Said, ...]
    body: str
    cut: bool
    tries: int
    ended: Ended | None = None


class Queue(msgspec.Struct, frozen=True):
    """A page of it; `after` is the cursor of the next."""

    rows: Sequence[Kept]
    waiting: int
    after: str | None


async def queue(tx: Transaction, scope: Scope, *, state: str, after: str | None = None) -> Queue:
    """Return a page of messages in one state, newest first, and how many wait in all."""
    if state not in STATES:
        raise BadInput(field="state", expected=", ".join(STATES), got=state[:60])
    shops = None if scope.shops is None else sorted(scope.shops)
    rows = await tx.fetch(_PAGE, state, shops, *(cursors.read(after) or (None, None)), PAGE + 1)
    stored = await messages.read_back(tx, rows[:PAGE])
    counted = await counts.counts(tx, "message", scope.shops, scope.warehouses)
    ended = await endings(tx, [one.id for one in stored]) if state != "waiting" else {}
    shown = [_kept(one, row, ended.get(one.id)) for one, row in zip(stored, rows, strict=False)]
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    following = cursors.write(last["opened_at"], last["id"]) if last else None
    return Queue(shown, counted.get(("waiting", "open"), 0), following)


async def endings(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, Ended]:
    """Return who settled these messages last, when, and why."""
    streams = {ledger.subject_stream(one_id): one_id for one_id in ids}
    told = {}
    for row in await tx.fetch(_ENDED, list(streams)):
        body = msgspec.json.decode(row["body"])
        who = body["who"]
        told[streams[row["stream"]]] = Ended(
            at=row["at"],
            role=who["role"] or who["kind"],
            who="" if who["kind"] == "system" else who["name"],
            why=body.get("why"),
        )
    return told


def words_of(reason: Mapping[str, str]) -> Said:
    """Return a stored reason as the catalogue says it."""
    given = {name: reason.get(name, "") for name in ("field", "expected", "got")}
    return Said(f"quarantine.{reason['code']}", given)


def _kept(one: Stored, row: object, ended: Ended | None) -> Kept:
    fields: dict[str, object] = dict(row)  # type: ignore[call-overload]
    text = (one.body or b"").decode("utf-8", errors="replace")
    return msgspec.convert(
        {
            "id": one.id,
            "visit": fields["visit_id"],
            "source": fields["channel"],
            "shop": fields["shop"],
            "received_at": one.received_at,
            "number": one.order_number,
            "state": fields["stage"],
            "reasons": [words_of(reason) for reason in one.reasons],
            "body": text[:SHOWN],
            "cut": len(text) > SHOWN,
            "tries": one.tries,
            "ended": ended,
        },
        Kept,
    )
