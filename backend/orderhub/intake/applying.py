"""Applying: orders follow what their dockets know. What an order becomes depends on the docket alone.

Step by step, for all orders of a batch at once: place new ones, revise what changed, settle the money, then let what
the carriers and the channel say move them.
"""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

import msgspec

from orderhub.accounts.shops import Shop
from orderhub.catalog import skus
from orderhub.catalog.skus import Listed
from orderhub.delivery import relining
from orderhub.intake import following
from orderhub.intake.cases import Case, draft, money_rows, revision
from orderhub.intake.objections import About, about_money
from orderhub.intake.reasons import Code, Reason, shown
from orderhub.intake.standing import is_founded, objections
from orderhub.kernel.actors import Actor
from orderhub.kernel.work import Work
from orderhub.orders import contents, corrections, money, placing
from orderhub.orders.drafts import Revision


async def apply(work: Work, cases: Sequence[Case]) -> None:
    """Make the orders of these cases what their dockets say; what cannot be is noted on the case."""
    by_shop: dict[int, list[Case]] = defaultdict(list)
    for case in cases:
        by_shop[case.shop.id].append(case)
    for _, told in sorted(by_shop.items()):
        with work.acting(_channel(told[0].shop, work.actor)):
            await _apply(work, told)


async def _apply(work: Work, cases: Sequence[Case]) -> None:
    for case in cases:
        case.objections += objections(case.docket.known, currency=case.shop.currency)
    founded = [case for case in cases if is_founded(case.docket.known) and not _is_unsound(case)]
    if not founded:
        return
    await _write_contents(work, founded)
    await _settle_money(work, founded)
    ids = [case.order_id for case in founded if case.has_money]
    await money.pay_covered(work, ids)
    # A parcel that has left is a fact, a cancellation a wish: where both are known, the fact comes first.
    await following.follow_parcels(work, founded)
    await following.follow_statuses(work, founded)
    await money.cancel_refunded(work, ids)


def _is_unsound(case: Case) -> bool:
    return any(one.reason.code == Code.AMOUNTS_DO_NOT_ADD_UP for one in case.objections)


async def _write_contents(work: Work, cases: Sequence[Case]) -> None:
    shop, new = cases[0].shop, [case for case in cases if case.docket.order_id is None]
    old = [case for case in cases if case.docket.order_id is not None]
    begun = [case for case in old if relining.has_begun(work, case.order_id)]
    changed = await _changed(work, old)
    lines = [line for case in [*new, *changed, *begun] for line in case.docket.known.content.lines or ()]
    listed = await skus.resolve(work.tx, shop.id, [line.outside_sku for line in lines]) if lines else {}
    warehouse = await _warehouse(work, shop) if new else None
    await placing.place(work, [draft(case, listed, warehouse) for case in new])
    for case in new:
        case.docket.order_id = case.order_id
    late = await _too_late(work, begun, listed)
    revisions = [revision(case, listed) for case in changed]
    await contents.revise(work, [_but_lines(one) if one.order_id in late else one for one in revisions])


async def _too_late(work: Work, begun: Sequence[Case], listed: dict[str, Listed]) -> set[UUID]:
    """What people have begun to pick keeps its lines, and the amounts with them; everything else may still change."""
    late = await contents.relined(work.tx, [revision(case, listed) for case in begun])
    for case in begun:
        if case.order_id in late:
            about = About(lines=case.docket.known.content.lines)
            case.object(Reason(code=Code.ALREADY_PICKING, field="lines"), about)
    return late


def _but_lines(one: Revision) -> Revision:
    return msgspec.structs.replace(one, lines=None, amounts=None)


async def _changed(work: Work, cases: Sequence[Case]) -> list[Case]:
    """What was only said again in a later version matters where a person had corrected it in between."""
    again = [case.order_id for case in cases if case.says_again and not case.says_something]
    corrected = await corrections.read(work.tx, again) if again else {}
    return [case for case in cases if case.says_something or case.order_id in corrected]


async def _settle_money(work: Work, cases: Sequence[Case]) -> None:
    by_order = {case.order_id: case for case in cases}
    rows = [row for case in cases for row in money_rows(case)]
    for taken in await money.settle(work, list(by_order), rows):
        reason = Reason(code=Code.NUMBER_TAKEN, field=f"{taken.kind}s", got=shown(taken.number))
        by_order[taken.order_id].object(reason, about_money(taken.kind, taken.number))


async def _warehouse(work: Work, shop: Shop) -> int | None:
    if shop.default_warehouse_id is not None:
        return shop.default_warehouse_id
    first: int | None = await work.tx.fetchval("select min(id) from warehouses where ended_at is null")
    return first


def _channel(shop: Shop, actor: Actor) -> Actor:
    return (
        actor
        if actor.kind != "channel"
        else msgspec.structs.replace(actor, id=f"shop:{shop.id}", name=shop.name, shops=frozenset({shop.id}))
    )
