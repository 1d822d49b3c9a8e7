"""Entries: the ledger of an order up to given heads, put into words, the same on paper and on the page of the check.

Oldest first. Each has a name that is the same wherever it is told: the letter of its chain and its place in it (A3).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from orderhub.dossier.heads import Head, letters, moment
from orderhub.kernel.postgres import Transaction
from orderhub.orders.masking import mask_name
from orderhub.orders.remarks import masked
from orderhub.orders.timeline import Act, Changed, Timeline, act
from orderhub.orders.wording import worded
from orderhub.proof.family import Family
from orderhub.rendering import formats, times
from orderhub.rendering.catalogue import Words

_TAIL = 4
# Whose names are those of shops and programs.
_NO_PERSONS = ("channel", "carrier", "token")


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the paper. ``at`` is None, and ``changes`` say so, where an entry can no longer be read."""

    name: str
    at: datetime
    who: str
    what: str
    changes: Sequence[str]
    why: str


class _Placed(msgspec.Struct, frozen=True):
    name: str
    act: Act


async def entries(
    tx: Transaction, family: Family, ends: Sequence[Head], words: Words, *, currency: str, is_public: bool
) -> list[Entry]:
    """Return every entry up to these heads; in public, people, waybills and reasons are masked."""
    placed = sorted(_placed(family, ends, currency), key=lambda one: one.act.at)
    told = await worded(tx, Timeline(acts=tuple(one.act for one in placed), more=False))
    return [
        _entry(one.name, act, words, is_public=is_public) for one, act in zip(placed, told.acts, strict=True)
    ]


def _placed(family: Family, ends: Sequence[Head], currency: str) -> list[_Placed]:
    named = letters(ends)
    return [
        _Placed(f"{named[head.stream]}{entry['seq']}", _act(entry["body"], head, currency))
        for head in ends
        for entry in family.entries[head.stream]
        if entry["seq"] <= head.seq
    ]


def _act(body: str, head: Head, currency: str) -> Act:
    about = "" if head.is_of_order else head.number
    try:
        return act(body, kind=head.kind, about=about, currency=currency)
    except (msgspec.MsgspecError, KeyError, TypeError, ValueError, AttributeError):
        return Act(
            at=moment(body), who="", role="", kind=head.kind, about=about, action="", word="dossier.unreadable",
            changes=(), device=None, ip=None, why=None,
        )  # fmt: skip


def _entry(name: str, one: Act, words: Words, *, is_public: bool) -> Entry:
    who = mask_name(one.who) if is_public and one.role not in _NO_PERSONS else one.who
    role = f"role.{one.role}"
    return Entry(
        name=name,
        at=one.at,
        who=" ".join(filter(None, (words.text(role) if role in words else one.role, who))),
        what=" ".join(filter(None, (one.about, words.text(one.word) if one.word in words else one.action))),
        changes=[*_changes(one, words, is_public=is_public)],
        why=words.text("order.hidden") if one.why and is_public else masked(one.why or ""),
    )


def _changes(one: Act, words: Words, *, is_public: bool) -> Sequence[str]:
    said = []
    for changed in one.changes:
        key = f"field.{changed.field}"
        field = words.text(key) if key in words else changed.field
        said.append(f"{field} {_values(changed, one.kind, words, is_public=is_public)}")
    return said


def _values(changed: Changed, kind: str, words: Words, *, is_public: bool) -> str:
    if changed.form == "hidden":
        return words.text("order.hidden")
    before, after = (
        _value(value, changed, kind, words, is_public=is_public) for value in (changed.before, changed.after)
    )
    return after if changed.before is None else f"{before} → {after}"


def _value(value: Any, changed: Changed, kind: str, words: Words, *, is_public: bool) -> str:
    if value is None or value == "":
        return words.text("order.nothing")
    if changed.form == "stage":
        key = f"stage.{kind}.{value}"
        return words.text(key) if key in words else str(value)
    if changed.form == "money" and isinstance(value, int):
        return formats.money(value, changed.currency)
    if changed.form == "time" and isinstance(value, datetime):
        return times.stamp(value)
    text = masked(str(value))
    return f"****{text[-_TAIL:]}" if is_public and changed.field == "waybill" else text
