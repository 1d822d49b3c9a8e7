"""Looking: which messages that were never applied hold a number, a phone or a name that somebody asks for.

What a message calls its order stands beside it and is found by an index. Everything else in it is sealed; of what waits
the newest are opened one by one and looked through, and nothing of a person leaves this room with what is found.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from orderhub.intake import messages, queue
from orderhub.intake.messages import Stored
from orderhub.intake.queue import Ended
from orderhub.kernel.postgres import Transaction
from orderhub.kernel.views import Scope
from orderhub.orders.asking import Asked
from orderhub.rendering import cursors
from orderhub.rendering.catalogue import Said

# This many of the newest waiting messages are opened for one search.
MOST = 200
_SHOWN = 10
_SHORTEST = 6

_COLUMNS = ", ".join(f"m.{name}" for name in ("owner_id", *Stored.__struct_fields__))
_NAMED = f"""
    select {_COLUMNS} from shops h join messages m on m.shop_id = h.id and m.order_number = any($2::text[])
    where ($1::int[] is null or h.id = any($1)) and m.state in ('waiting', 'dismissed') order by m.id desc limit {_SHOWN}
"""
_WAITING = f"""
    select {_COLUMNS} from messages m
    where m.state = 'waiting' and ($1::int[] is null or m.shop_id = any($1)) order by m.id desc limit {MOST}
"""
_STANDING = """
    select s.id, s.opened_at, h.name as shop, v.role, v.due_at from subjects s join shops h on h.id = s.shop_id
    join visits v on v.id = s.visit_id where s.id = any($1::uuid[])
"""


class Unapplied(msgspec.Struct, frozen=True, kw_only=True):
    """A message that waits for somebody, or that somebody put away: why, and who has it."""

    id: UUID
    state: str
    number: str | None
    shop: str
    received_at: datetime
    opened_at: datetime
    reasons: tuple[Said, ...]
    role: str | None
    due_at: datetime | None
    ended: Ended | None = None

    @property
    def cursor(self) -> str:
        """Return where in the queue a page begins on which this message comes first."""
        return cursors.write(self.opened_at + timedelta(microseconds=1), self.id)


async def called(tx: Transaction, numbers: Collection[str], scope: Scope) -> list[Unapplied]:
    """Return the messages that call their order by one of these numbers, the newest first."""
    shops, _ = scope.reach
    return await _told(tx, await tx.fetch(_NAMED, shops, list(numbers)))


async def holding(tx: Transaction, asked: Asked, scope: Scope) -> list[Unapplied]:
    """Return the messages that hold what is asked for anywhere in them, the newest first.

    It opens up to 200 of them: for a person who found nothing else, not for what is asked again with every change.
    """
    shops, _ = scope.reach
    rows = {row["id"]: row for row in await tx.fetch(_NAMED, shops, list(asked.numbers))}
    waiting = [row for row in await tx.fetch(_WAITING, shops) if row["id"] not in rows]
    rows |= {row["id"]: row for row in await _holding(tx, waiting, asked)}
    return await _told(tx, list(rows.values()))


async def _told(tx: Transaction, rows: Sequence[Any]) -> list[Unapplied]:
    found = sorted(rows, key=lambda row: row["received_at"], reverse=True)[:_SHOWN]
    standing = {row["id"]: row for row in await tx.fetch(_STANDING, [row["id"] for row in found])}
    ended = await queue.endings(tx, [row["id"] for row in found if row["state"] == "dismissed"])
    return [_shown(row, standing[row["id"]], ended.get(row["id"])) for row in found if row["id"] in standing]


async def _holding(tx: Transaction, waiting: Sequence[Any], asked: Asked) -> list[Any]:
    words = [word for word in asked.numbers if len(word) >= _SHORTEST]
    names = [name for name in asked.names if len(name) > 1]
    if not (words or names or asked.phones or asked.last_four):
        return []
    stored = await messages.read_back(tx, waiting)
    holds = _Looking(frozenset((*words, *names)), asked.phones, asked.last_four).is_in
    return [row for row, one in zip(waiting, stored, strict=True) if one.body and holds(one.body)]


class _Looking(msgspec.Struct, frozen=True):
    """What a message is looked through for: values as they stand, whole phones, the last four digits of one."""

    values: Collection[str]
    phones: Collection[str]
    last_four: str

    def is_in(self, body: bytes) -> bool:
        text = "\n".join(_values(body))
        if any(value in self.values for value in text.split("\n")):
            return True
        return any(self._is_called(digits) for digits in re.findall(r"\d{7,}", re.sub(r"[ ()+-]", "", text)))

    def _is_called(self, digits: str) -> bool:
        if any(digits.endswith(phone) for phone in self.phones):
            return True
        return bool(self.last_four) and len(digits) <= 13 and digits.endswith(self.last_four)


def _values(body: bytes) -> Iterator[str]:
    """Yield every value of a message, or the words of one that is no JSON."""
    try:
        yield from _leaves(msgspec.json.decode(body))
    except msgspec.DecodeError:
        yield from re.split(r"[\s\"'<>{}\[\],:;]+", body.decode("utf-8", errors="replace"))


def _leaves(told: Any) -> Iterator[str]:
    if isinstance(told, dict):
        for value in told.values():
            yield from _leaves(value)
    elif isinstance(told, list):
        for value in told:
            yield from _leaves(value)
    elif told is not None:
        yield str(told).strip()


def _shown(row: Any, standing: Any, ended: Ended | None) -> Unapplied:
    return Unapplied(
        id=row["id"],
        state=row["state"],
        number=row["order_number"],
        shop=standing["shop"],
        received_at=row["received_at"],
        opened_at=standing["opened_at"],
        reasons=tuple(queue.words_of(reason) for reason in row["reasons"]),
        role=standing["role"],
        due_at=standing["due_at"],
        ended=ended,
    )
