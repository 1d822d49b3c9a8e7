"""Columns: whether every tracked column is what the ledger last said of it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from orderhub.kernel import ledger
from orderhub.kernel.flows import all_flows
from orderhub.kernel.postgres import Transaction
from orderhub.proof.chains import Finding

_SUBJECTS = "select id, kind, stage, shop_id, warehouse_id from subjects where id = any($1::uuid[])"


class _Body(msgspec.Struct):
    changes: list[dict[str, Any]]


def last_values(entries: Sequence[Any]) -> dict[str, Any]:
    """Return the last "after" of every field that the entries speak of."""
    values: dict[str, Any] = {}
    for entry in entries:
        for change in _changes(entry["body"]):
            values[change["field"]] = change["after"]
    return values


def _changes(body: str) -> list[dict[str, Any]]:
    """What cannot be read was altered, which its chain tells; it says nothing of any column."""
    try:
        return msgspec.json.decode(body, type=_Body).changes
    except msgspec.MsgspecError:
        return []


async def check_columns(tx: Transaction, told: Mapping[UUID, dict[str, Any]]) -> list[Finding]:
    """Compare the columns of these subjects with what the ledger says of them last."""
    by_kind: dict[str, dict[UUID, dict[str, Any]]] = defaultdict(dict)
    for row in await tx.fetch(_SUBJECTS, list(told)):
        kernels = {"stage": row["stage"], "shop": row["shop_id"], "warehouse": row["warehouse_id"]}
        by_kind[row["kind"]][row["id"]] = kernels
    findings: list[Finding] = []
    for kind, subjects in by_kind.items():
        flow = all_flows().get(kind)
        if flow is None:
            findings += [Finding("it is of no kind we know", f"subject:{one}", kind) for one in subjects]
            continue
        reader = flow.tracked
        domain = await reader(tx, list(subjects)) if reader else {}
        kept = await _kept(tx, told, subjects)
        for subject_id, found in subjects.items():
            if reader and subject_id not in domain:
                findings.append(Finding("its row was deleted", f"subject:{subject_id}", kind))
                continue
            found |= domain.get(subject_id, {})
            findings += _compare(subject_id, told[subject_id], msgspec.to_builtins(found), kept)
    return findings


def _compare(
    subject_id: UUID, told: dict[str, Any], found: dict[str, Any], kept: Mapping[str, Any]
) -> list[Finding]:
    wrong = [field for field, value in found.items() if not _same(field, told.get(field), value, kept)]
    return [
        Finding("a column is not what was last recorded", f"subject:{subject_id}", field) for field in wrong
    ]


def _same(field: str, told: Any, found: Any, kept: Mapping[str, Any]) -> bool:
    if not isinstance(told, dict) or "personal" not in told:
        return bool(told == found)
    row = kept.get(told["personal"])
    return row is None or _bears(row["value"], row["salt"], told["digest"], field, found)


def _bears(value: str, salt: bytes, digest: str, field: str, found: Any) -> bool:
    """Tell whether what is kept of a person is what was recorded, and says of a field what is found in its column."""
    if ledger.personal_digest(value, salt) != digest:
        return False
    try:
        return bool(msgspec.json.decode(value)[field][1] == found)
    except (msgspec.DecodeError, RecursionError, LookupError, TypeError):
        return value == str(found)  # once each value had a row of its own


async def _kept(
    tx: Transaction, told: Mapping[UUID, dict[str, Any]], subjects: Mapping[UUID, Any]
) -> dict[str, Any]:
    values = [value for subject_id in subjects for value in told[subject_id].values()]
    ids = {value["personal"] for value in values if isinstance(value, dict) and "personal" in value}
    rows = await tx.fetch(
        "select id::text, value, salt from personal_values where id = any($1::uuid[])", list(ids)
    )
    return {row["id"]: row for row in rows}
