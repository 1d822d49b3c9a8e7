"""Checking: whether an order's record still is what a dossier printed. Four questions, each with yes, no, or not yet."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec

from orderhub.dossier import records
from orderhub.dossier.entries import Entry, entries
from orderhub.dossier.heads import Head, letters
from orderhub.dossier.records import Record
from orderhub.dossier.telling import covered, next_anchor_at
from orderhub.dossier.tokens import Token
from orderhub.kernel.postgres import Transaction
from orderhub.orders.masking import mask_name
from orderhub.proof.covering import Covered
from orderhub.proof.family import Family, prove
from orderhub.rendering import formats, times
from orderhub.rendering.catalogue import Words

Name = Literal["chain", "head", "columns", "anchor"]
Verdict = Literal["yes", "no", "open"]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One question answered; its words are ``dossier.<name>.<case>``, where the case says more than the verdict."""

    name: Name
    verdict: Verdict
    case: str
    data: dict[str, Any] = {}


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A head as the paper shows it."""

    letter: str
    number: str
    entries: int
    digest: str


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """The whole check. Without a record only chain, columns and anchor can be asked, and the dossier fails."""

    number: str
    shop: str
    made_at: datetime | None
    by: str
    role: str
    answers: Sequence[Answer]
    heads: Sequence[Shown]
    entries: Sequence[Entry]
    zone: str
    file: str

    @property
    def holds(self) -> bool:
        return all(answer.verdict != "no" for answer in self.answers)


async def check(tx: Transaction, token: Token, words: Words) -> Check:
    """Check one dossier against the record as it stands at this moment."""
    record = await records.find(tx, token)
    ends = record.printed.heads if record else ()
    family = await prove(tx, token.order_id, also=[head.stream for head in ends])
    anchors = await covered(tx, ends, known=sorted({*record.printed.anchors.values()}) if record else ())
    answers = (
        _yes_or_no("chain", not family.chain),
        _head(family, record),
        _yes_or_no("columns", not family.columns),
        _anchor(family, ends, anchors, planned=await next_anchor_at(tx)),
    )
    currency = record.printed.currency if record else ""
    return Check(
        number=record.printed.number if record else "",
        shop=record.printed.shop if record else "",
        made_at=record.printed.made_at if record else None,
        by=mask_name(record.by) if record else "",
        role=record.printed.role if record else "",
        answers=answers,
        heads=_shown(ends),
        entries=await entries(tx, family, ends, words, currency=currency, is_public=True),
        zone=str(times.zone()),
        file=record.printed.file if record else "",
    )


def _yes_or_no(name: Name, is_so: bool) -> Answer:
    verdict: Verdict = "yes" if is_so else "no"
    return Answer(name=name, verdict=verdict, case=verdict)


def _head(family: Family, record: Record | None) -> Answer:
    if record is None:
        return Answer(name="head", verdict="no", case="unrecorded")
    return _yes_or_no("head", all(_is_in(family, head) for head in record.printed.heads))


def _is_in(family: Family, head: Head) -> bool:
    """The digest is made again of everything up to the head, so whatever was altered before it shows here too."""
    made = family.digest_at(head.stream, head.seq)
    return made is not None and made.hex() == head.digest


def _anchor(family: Family, ends: Sequence[Head], anchors: Covered, *, planned: datetime | None) -> Answer:
    if anchors.missing:
        numbers = ", ".join(map(str, anchors.missing))
        return Answer(name="anchor", verdict="no", case="missing", data={"numbers": numbers})
    agree = [family.digest_at(stream, one.seq) == one.digest for stream, one in anchors.covers.items()]
    if not all(agree):
        return Answer(name="anchor", verdict="no", case="no")
    if not ends or any(head.stream not in anchors.covers for head in ends):
        when = times.stamp(planned) if planned else ""
        return Answer(name="anchor", verdict="open", case="open" if planned else "none", data={"when": when})
    newest = max(anchors.covers.values(), key=lambda one: one.number)
    data = {"number": newest.number, "when": times.stamp(newest.taken_at)}
    return Answer(name="anchor", verdict="yes", case="yes", data=data)


def _shown(ends: Sequence[Head]) -> list[Shown]:
    named = letters(ends)
    return [
        Shown(
            letter=named[head.stream],
            number=head.number,
            entries=head.seq,
            digest=formats.groups(head.digest),
        )
        for head in ends
    ]
