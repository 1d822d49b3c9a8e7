"""Contents: what a channel says anew about an order that is there already."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from orderhub.kernel.ledger import Change
from orderhub.kernel.moves import announce
from orderhub.kernel.postgres import Transaction
from orderhub.kernel.work import Work
from orderhub.orders import corrections, receivers
from orderhub.orders.drafts import PERSONAL, Revision, numbered
from orderhub.orders.masking import Receiver
from orderhub.orders.tracking import tracked

_FIELDS = ("placed_at", "goods_minor", "discount_minor", "shipping_minor", "total_minor", "remark")
_UPDATE = """
    update orders o set placed_at = x.placed_at, goods_minor = x.goods_minor, discount_minor = x.discount_minor,
        shipping_minor = x.shipping_minor, total_minor = x.total_minor, remark = x.remark
    from jsonb_to_recordset($1::jsonb) as x(id uuid, placed_at timestamptz, goods_minor bigint,
        discount_minor bigint, shipping_minor bigint, total_minor bigint, remark text)
    where o.id = x.id
"""
_LINES = """
    insert into order_lines (order_id, line_no, outside_sku, sku_id, name, quantity, pieces, unit_price_minor,
                             amount_minor)
    select o.id, l.* from jsonb_to_recordset($1::jsonb) as o(id uuid, lines jsonb),
        jsonb_to_recordset(o.lines) as l(line_no int, outside_sku text, sku_id int, name text, quantity int,
            pieces int, unit_price_minor bigint, amount_minor bigint)
"""


async def revise(work: Work, revisions: Sequence[Revision]) -> None:
    """Write what is new about locked orders; a revision that changes nothing leaves no trace.

    What a person corrected stays, unless the channel says something else since (``orders.corrections``). Other domains hear of it as ``revised``, and may refuse what has become impossible for them.
    """
    if not revisions:
        return
    revisions = await corrections.heed(work.tx, revisions)
    ids = [revision.order_id for revision in revisions]
    before, people = await tracked(work.tx, ids), await receivers.unseal(work.tx, ids)
    told = {r.order_id: _changes(before[r.order_id], people.get(r.order_id), r) for r in revisions}
    changed = [revision for revision in revisions if told[revision.order_id]]
    if not changed:
        return
    await _write(work, {r.order_id: _after(before[r.order_id], r) for r in changed})
    await _write_lines(work, [revision for revision in changed if revision.lines is not None])
    await _reseal(work, before, people, changed)
    for revision in changed:
        subject = work.subject(revision.order_id)
        subject.opened_at = revision.placed_at or subject.opened_at
        work.record(subject, "order.revised", told[revision.order_id])
    await announce(work, [work.subject(revision.order_id) for revision in changed], "revised")


async def relined(tx: Transaction, revisions: Sequence[Revision]) -> set[UUID]:
    """Return the orders that these revisions would give other lines."""
    before = await tracked(tx, [revision.order_id for revision in revisions]) if revisions else {}
    return {one.order_id for one in revisions if _has_other_lines(before[one.order_id], one)}


def _has_other_lines(before: Mapping[str, Any], revision: Revision) -> bool:
    return revision.lines is not None and _told_lines(revision) != before["lines"]


def _told_lines(revision: Revision) -> list[dict[str, Any]]:
    return [msgspec.structs.asdict(line) for line in revision.lines or ()]


def _changes(before: Mapping[str, Any], person: Receiver | None, revision: Revision) -> list[Change]:
    after = _after(before, revision)
    changes = [
        Change(name, before[name], after[name], personal=name in PERSONAL)
        for name in _FIELDS
        if before[name] != after[name]
    ]
    if _has_other_lines(before, revision):
        changes.append(Change("lines", before["lines"], _told_lines(revision)))
    if revision.receiver is not None:
        changes += receivers.told(person, revision.receiver)
    return changes


def _after(before: Mapping[str, Any], revision: Revision) -> dict[str, Any]:
    amounts = msgspec.structs.asdict(revision.amounts) if revision.amounts else {}
    said = {"placed_at": revision.placed_at, "remark": revision.remark, **amounts}
    return {name: before[name] if said.get(name) is None else said[name] for name in _FIELDS}


async def _write(work: Work, fields: Mapping[UUID, dict[str, Any]]) -> None:
    rows = [{"id": order_id, **after} for order_id, after in fields.items()]
    await work.tx.execute(_UPDATE, msgspec.json.encode(rows).decode())


async def _write_lines(work: Work, revisions: Sequence[Revision]) -> None:
    if not revisions:
        return
    rows = [{"id": r.order_id, "lines": numbered(r.lines or ())} for r in revisions]
    await work.tx.execute("delete from order_lines where order_id = any($1::uuid[])", [r["id"] for r in rows])
    await work.tx.execute(_LINES, msgspec.json.encode(rows).decode())


async def _reseal(
    work: Work,
    before: Mapping[UUID, Mapping[str, Any]],
    people: Mapping[UUID, Receiver],
    changed: Sequence[Revision],
) -> None:
    """A receiver is written anew when it changed, and when the time changed by which it is listed."""
    concerned = [r for r in changed if r.receiver is not None or r.placed_at is not None]
    given = [(r, r.receiver or people.get(r.order_id)) for r in concerned]
    at = {r.order_id: r.placed_at or before[r.order_id]["placed_at"] for r in concerned}
    await receivers.seal(
        work.tx, [(r.order_id, at[r.order_id], person) for r, person in given if person is not None]
    )
