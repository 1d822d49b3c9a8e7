"""Verify: proves that nothing was changed which nobody recorded.

Reads one snapshot of the whole database: every chain of the ledger, every tracked column against the last entry that
speaks of it, every head against the anchors that left the machine, and every sum against its rows.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from orderhub.kernel import counts, ledger, postgres
from orderhub.kernel.flows import all_flows
from orderhub.kernel.ledger import GENESIS
from orderhub.kernel.postgres import Transaction
from orderhub.proof import anchor

_PAGE = 5_000
_ENTRIES = """
    select stream, seq, body, digest from ledger where (stream, seq) > ($1, $2) order by stream, seq limit $3
"""
_HEADS = """
    select 'subject:' || id as stream, head_seq as seq, head_digest as digest from subjects
    where id = any(select substr(s, 9)::uuid from unnest($1::text[]) s where s like 'subject:%')
    union all select stream, seq, digest from ledger_heads where stream = any($1::text[])
"""
_UNTOLD = """
    select 'subject:' || s.id as stream from subjects s
    where not exists (select from ledger l where l.stream = 'subject:' || s.id)
    union all select stream from ledger_heads h where not exists (select from ledger l where l.stream = h.stream)
"""
_SUBJECTS = "select id, kind, stage, shop_id, warehouse_id from subjects where id = any($1::uuid[])"
_AUDITS = {
    "a subject without exactly one open visit in its stage": """
        select s.id::text from subjects s where not exists (
            select from visits v where v.id = s.visit_id and v.subject_id = s.id and v.stage = s.stage
                and v.left_at is null)""",
    "a subject that counts its late visits wrongly": """
        select coalesce(s.id, v.root_id)::text from subjects s full join (
            select root_id, count(*) as late from visits where left_at is null and late_at is not null group by root_id
        ) v on v.root_id = s.id where coalesce(s.late, 0) <> coalesce(v.late, 0)""",
}


class Finding(msgspec.Struct, frozen=True):
    """Something that cannot be explained by what was recorded. ``where`` is a stream, a subject or a table."""

    what: str
    where: str
    detail: str = ""


class Report(msgspec.Struct, kw_only=True):
    """What was looked at, and what was found. No findings: every change is recorded."""

    streams: int = 0
    entries: int = 0
    anchors: int = 0
    findings: list[Finding] = []


async def verify(anchors: Path | None = None) -> Report:
    """Check the whole database, and the anchors in this folder against it."""
    report = Report()
    async with postgres.transaction(snapshot=True) as tx:
        anchored = anchor.Anchored()
        if anchors is not None:
            anchored = await anchor.read_all(tx, anchors)
            report.anchors = anchored.count
            report.findings += [Finding(what, str(anchors)) for what in anchored.faults]
        async for page in _streams(tx):
            await _check_page(tx, page, anchored.heads, report)
        report.findings += [
            Finding("a stream was deleted with everything it held", stream)
            for stream in sorted(anchored.heads)
        ]
        untold = await tx.fetch(_UNTOLD)
        report.findings += [Finding("it has no ledger entry at all", row["stream"]) for row in untold]
        report.findings += [
            Finding(
                "a board count is not what stands there",
                f"{d.kind}.{d.stage}",
                f"shop {d.shop_id}, {d.measure}",
            )
            for d in await counts.drift(tx)
        ]
        for what, sql in (_AUDITS | _domain_audits()).items():
            report.findings += [Finding(what, row[0]) for row in await tx.fetch(sql)]
    return report


def _domain_audits() -> dict[str, str]:
    return {what: sql for flow in all_flows().values() for what, sql in flow.audits.items()}


async def _streams(tx: Transaction) -> AsyncIterator[dict[str, list[Any]]]:
    """Yield whole streams, some thousand entries at a time."""
    stream, seq, rest = "", 0, list[Any]()
    while True:
        rows = await tx.fetch(_ENTRIES, stream, seq, _PAGE)
        if not rows:
            break
        stream, seq = rows[-1]["stream"], rows[-1]["seq"]
        grouped = {
            name: list(group) for name, group in groupby([*rest, *rows], key=lambda row: row["stream"])
        }
        rest = grouped.pop(stream)
        if grouped:
            yield grouped
    if rest:
        yield {stream: rest}


async def _check_page(
    tx: Transaction, page: dict[str, list[Any]], anchored: dict[str, Any], report: Report
) -> None:
    heads = {row["stream"]: (row["seq"], row["digest"]) for row in await tx.fetch(_HEADS, list(page))}
    last: dict[UUID, dict[str, Any]] = {}
    for stream, entries in page.items():
        report.streams += 1
        report.entries += len(entries)
        report.findings += _check_chain(stream, entries, heads.get(stream))
        report.findings += _check_anchor(stream, entries, anchored.pop(stream, None))
        if stream.startswith("subject:") and stream in heads:
            last[UUID(stream.removeprefix("subject:"))] = _last_values(entries)
    report.findings += await _check_columns(tx, last)


def _check_chain(stream: str, entries: Sequence[Any], head: tuple[int, bytes] | None) -> list[Finding]:
    previous = GENESIS
    for expected, entry in enumerate(entries, start=1):
        if entry["seq"] != expected:
            return [
                Finding(
                    "an entry is missing, or one too many", stream, f"expected {expected}, got {entry['seq']}"
                )
            ]
        if entry["digest"] != ledger.digest(stream, expected, previous, entry["body"]):
            return [Finding("an entry is not the one that was written", stream, f"entry {expected}")]
        previous = entry["digest"]
    if head is None:
        return [Finding("the subject of the stream is gone", stream)]
    if head != (len(entries), previous):
        return [
            Finding(
                "the end of the stream is missing, or not ours", stream, f"head {head[0]}, got {len(entries)}"
            )
        ]
    return []


def _check_anchor(stream: str, entries: Sequence[Any], anchored: tuple[int, bytes] | None) -> list[Finding]:
    if anchored is None:
        return []
    seq, digest = anchored
    if len(entries) < seq or entries[seq - 1]["digest"] != digest:
        return [Finding("the stream is not the one that was anchored", stream, f"entry {seq}")]
    return []


def _last_values(entries: Sequence[Any]) -> dict[str, Any]:
    """Return the last "after" of every field that the entries speak of."""
    values: dict[str, Any] = {}
    for entry in entries:
        for change in msgspec.json.decode(entry["body"])["changes"]:
            values[change["field"]] = change["after"]
    return values


async def _check_columns(tx: Transaction, told: Mapping[UUID, dict[str, Any]]) -> list[Finding]:
    by_kind: dict[str, dict[UUID, dict[str, Any]]] = defaultdict(dict)
    for row in await tx.fetch(_SUBJECTS, list(told)):
        kernels = {"stage": row["stage"], "shop": row["shop_id"], "warehouse": row["warehouse_id"]}
        by_kind[row["kind"]][row["id"]] = kernels
    findings: list[Finding] = []
    for kind, subjects in by_kind.items():
        reader = all_flows()[kind].tracked
        domain = await reader(tx, list(subjects)) if reader else {}
        salts = await _salts(tx, told, subjects)
        for subject_id, found in subjects.items():
            if reader and subject_id not in domain:
                findings.append(Finding("its row was deleted", f"subject:{subject_id}", kind))
                continue
            found |= domain.get(subject_id, {})
            findings += _compare(subject_id, told[subject_id], msgspec.to_builtins(found), salts)
    return findings


def _compare(
    subject_id: UUID, told: dict[str, Any], found: dict[str, Any], salts: dict[str, bytes]
) -> list[Finding]:
    wrong = [field for field, value in found.items() if not _same(told.get(field), value, salts)]
    return [
        Finding("a column is not what was last recorded", f"subject:{subject_id}", field) for field in wrong
    ]


def _same(told: Any, found: Any, salts: dict[str, bytes]) -> bool:
    if isinstance(told, dict) and "personal" in told:
        salt = salts.get(told["personal"])
        return salt is None or ledger.personal_digest(str(found), salt) == told["digest"]
    return bool(told == found)


async def _salts(
    tx: Transaction, told: Mapping[UUID, dict[str, Any]], subjects: Mapping[UUID, Any]
) -> dict[str, bytes]:
    values = [value for subject_id in subjects for value in told[subject_id].values()]
    ids = [value["personal"] for value in values if isinstance(value, dict) and "personal" in value]
    rows = await tx.fetch("select id::text, salt from personal_values where id = any($1::uuid[])", ids)
    return {row["id"]: row["salt"] for row in rows}
