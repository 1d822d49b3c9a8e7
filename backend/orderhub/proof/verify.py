"""Verify: proves that nothing was changed which nobody recorded.

Reads one snapshot of the whole database: every chain of the ledger, every tracked column against the last entry that
speaks of it, every head against the anchors that left the machine, and every sum against its rows.
"""

from collections.abc import AsyncIterator
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from orderhub.kernel import postgres
from orderhub.kernel.flows import all_flows
from orderhub.kernel.postgres import Transaction
from orderhub.proof import anchor, chains
from orderhub.proof.chains import Finding
from orderhub.proof.columns import check_columns, last_values
from orderhub.proof.drift import drift

_PAGE = 5_000
_ENTRIES = """
    select stream, seq, body, digest from ledger where (stream, seq) > ($1, $2) order by stream, seq limit $3
"""
_UNTOLD = """
    select 'subject:' || s.id as stream from subjects s
    where not exists (select from ledger l where l.stream = 'subject:' || s.id)
    union all select stream from ledger_heads h where not exists (select from ledger l where l.stream = h.stream)
"""
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
            for d in await drift(tx)
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
    heads = await chains.heads(tx, list(page))
    last: dict[UUID, dict[str, Any]] = {}
    for stream, entries in page.items():
        report.streams += 1
        report.entries += len(entries)
        report.findings += chains.check_chain(stream, entries, heads.get(stream))
        report.findings += chains.check_anchor(stream, entries, anchored.pop(stream, None))
        if stream.startswith("subject:") and stream in heads:
            last[UUID(stream.removeprefix("subject:"))] = last_values(entries)
    report.findings += await check_columns(tx, last)
