"""The timeline: what the ledger says of an order and everything below it, newest first."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from orderhub.kernel.postgres import Transaction

LENGTH = 100
_ENTRIES = """
    select l.stream, l.body from ledger l where l.root_id = $1 order by l.at desc, l.stream desc, l.seq desc limit $2
"""
_SUBJECTS = """
    select s.id, s.kind, n.number from subjects s
    left join numbers n on n.subject_id = s.id and n.scheme = s.kind and n.shop_id = 0 where s.root_id = $1
"""

Form = Literal["stage", "money", "time", "text", "hidden"]


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """One field of an act. `hidden`: a personal value, of which only the change is told."""

    field: str
    before: Any
    after: Any
    form: Form = "text"
    currency: str = ""


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """One entry as people read it. `word` is the catalogue's key for what was done; `request` leads to the log."""

    at: datetime
    who: str
    role: str
    kind: str
    about: str
    action: str
    word: str
    changes: tuple[Changed, ...]
    device: str | None
    ip: str | None
    why: str | None
    request: str | None = None


class Timeline(msgspec.Struct, frozen=True, kw_only=True):
    """The newest acts; `more` when there are older ones."""

    acts: tuple[Act, ...]
    more: bool


async def timeline(tx: Transaction, order_id: UUID, *, currency: str) -> Timeline:
    """Return the newest hundred acts on an order and on its parcels."""
    entries = await tx.fetch(_ENTRIES, order_id, LENGTH + 1)
    subjects = {f"subject:{row['id']}": row for row in await tx.fetch(_SUBJECTS, order_id)}
    order = f"subject:{order_id}"
    acts = [
        act(
            entry["body"],
            kind=of["kind"],
            about="" if entry["stream"] == order else of["number"] or "",
            currency=currency,
        )
        for entry in entries[:LENGTH]
        if (of := subjects.get(entry["stream"]))
    ]
    return Timeline(acts=tuple(acts), more=len(entries) > LENGTH)


def act(entry: str, *, kind: str, about: str, currency: str) -> Act:
    """Return one entry of the ledger as people read it; everything is taken from what its digest covers."""
    body = msgspec.json.decode(entry)
    who, action = body["who"], body["action"]
    moved = action.removeprefix("move.")
    return Act(
        at=datetime.fromisoformat(body["at"]),
        who="" if who["kind"] == "system" else who["name"],
        role=who["role"] or who["kind"],
        kind=kind,
        about=about,
        action=action,
        word=f"move.{kind}.{moved}" if moved != action else f"act.{action}",
        changes=tuple(_changed(change, currency) for change in body["changes"] if _is_worth_telling(change)),
        device=body.get("device"),
        ip=body.get("ip"),
        why=body.get("why"),
        request=body.get("request"),
    )


def _changed(change: dict[str, Any], currency: str) -> Changed:
    field, before, after = change["field"], change["before"], change["after"]
    form = _form(field, (before, after))
    if form == "time":
        before, after = (value and datetime.fromisoformat(value) for value in (before, after))
    if field == "lines":
        before, after = (value and _lines(value) for value in (before, after))
    return Changed(field=field, before=before, after=after, form=form, currency=currency)


def _form(field: str, values: Sequence[Any]) -> Form:
    if any(isinstance(value, dict) and "personal" in value for value in values):
        return "hidden"
    if field == "stage":
        return "stage"
    if field.endswith("_minor"):
        return "money"
    return "time" if field.endswith("_at") else "text"


def _lines(lines: Sequence[dict[str, Any]]) -> str:
    return ", ".join(f"{line['name']} ×{line['pieces']}" for line in lines)


def _is_worth_telling(change: dict[str, Any]) -> bool:
    """What a birth certificate says of nothing (no discount, no remark) is left to the ledger itself."""
    return change["before"] is not None or change["after"] not in (None, "", 0)
