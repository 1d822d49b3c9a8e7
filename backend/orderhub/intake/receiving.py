"""Receiving: messages whose signature holds are stored whatever they contain, and applied where that is possible.

A batch is one transaction. Whatever of a message cannot be applied is kept with its reasons, as a subject that waits
for a person or for a later message; the sender is answered after the COMMIT, and never has to send it again.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import TypeAlias
from uuid import UUID

from orderhub.accounts import shops
from orderhub.accounts.shops import Shop
from orderhub.catalog import skus
from orderhub.intake import applying, claiming, dockets, messages, objections, reading, reviewing
from orderhub.intake.cases import Case
from orderhub.intake.checks import check_skus
from orderhub.intake.contract import OrderMessage
from orderhub.intake.dockets import Docket, Name
from orderhub.intake.passing import passes
from orderhub.intake.reasons import Code, Reason, Rejected, shown
from orderhub.intake.received import Outcome, Received
from orderhub.kernel import postgres
from orderhub.kernel.actors import Actor
from orderhub.kernel.errors import Refusal
from orderhub.kernel.ids import uuid7
from orderhub.kernel.moves import finish
from orderhub.kernel.postgres import Transaction
from orderhub.kernel.retrying import retried
from orderhub.kernel.work import Work

Said: TypeAlias = dict[UUID, OrderMessage]
Reasons: TypeAlias = dict[UUID, tuple[Reason, ...]]


def arrived(
    shop: Shop, *, outside_id: str, body: bytes, at: datetime, request_id: str | None = None
) -> Received:
    """Return a message that has just come, with an id of ours."""
    return Received(id=uuid7(), shop=shop, outside_id=outside_id, body=body, at=at, request_id=request_id)


def channel(shop: Shop) -> Actor:
    """Return who acts when a shop's messages are applied."""
    return Actor(kind="channel", id=f"shop:{shop.id}", name=shop.name, shops=frozenset({shop.id}))


async def receive(batch: Sequence[Received]) -> list[Outcome]:
    """Store and apply messages in one transaction; a message that came before hears its first outcome."""
    return await retried(lambda: _receive(batch))


async def receive_alone(one: Received, error: Exception) -> Outcome:
    """Store a message that no batch could take, with what stood in its way; nothing of it is applied.

    Where that was no fault of its own (the database was away) it is received once more instead, and the answer to a
    COMMIT that was lost is found again.
    """
    if passes(error):
        return (await receive([one]))[0]
    reason = Reason(code=Code.FAULT, got=type(error).__name__)
    if isinstance(error, Refusal):
        reason = Reason(code=Code.NOT_NOW, got=shown(str(error)))

    async def store() -> Outcome:
        async with postgres.transaction() as tx:
            answered, reused = await claiming.claim(tx, [one])
            if one.id in answered:
                return answered[one.id]
            work = await Work.begin(tx, channel(one.shop), [])
            work.requests[one.id] = one.request_id
            return (await _finish(work, [one], {one.id: (reason,)} | reused, {}, reused=reused))[one.id]

    return await retried(store)


async def _receive(batch: Sequence[Received]) -> list[Outcome]:
    first: dict[tuple[int, str, bytes], Received] = {}
    for one in batch:
        first.setdefault(_sameness(one), one)
    outcomes = await _receive_different(list(first.values()))
    return [outcomes[first[_sameness(one)].id] for one in batch]


async def _receive_different(batch: Sequence[Received]) -> dict[UUID, Outcome]:
    said, reasons = read(batch)
    names = {dockets.called(_name(one, said[one.id])) for one in batch if one.id in said}
    async with postgres.transaction(holding=claiming.names(batch) | names) as tx:
        answered, reused = await claiming.claim(tx, batch)
        fresh = [one for one in batch if one.id not in answered]
        if not fresh:
            return answered
        said, reasons = await refuse(tx, fresh, said, reasons | reused)
        files = await dockets.take(tx, {_name(one, said[one.id]) for one in fresh if one.id in said})
        work = await begin(tx, files.values(), actor=channel(fresh[0].shop))
        return answered | await apply(work, fresh, said, reasons, files, reused=reused)


async def reconsider(order_ids: Sequence[UUID]) -> None:
    """Let orders follow once more what their dockets know, because something that stood against it may be gone."""
    rows = await postgres.fetch(
        "select shop_id, order_number from dockets where id = any($1::uuid[])", list(order_ids)
    )
    for shop_id, told in groupby(sorted(map(tuple, rows)), key=itemgetter(0)):
        entrance = await shops.entrance(shop_id)
        if entrance is not None:
            await retried(partial(_reconsider, entrance.shop, list(told)))


async def _reconsider(shop: Shop, names: Collection[Name]) -> None:
    async with postgres.transaction() as tx:
        files = await dockets.take(tx, names)
        work = await begin(tx, files.values(), actor=channel(shop))
        cases = [Case(shop=shop, docket=file) for file in files.values()]
        await applying.apply(work, cases)
        await dockets.keep(tx, [case.docket for case in cases])
        await reviewing.review(work, cases, but=())
        await finish(work)


async def begin(tx: Transaction, files: Iterable[Docket], *, actor: Actor, ids: Sequence[UUID] = ()) -> Work:
    """Lock everything that applying messages to these dockets may touch."""
    files = list(files)
    orders = {docket.order_id for docket in files if docket.order_id is not None}
    told = await messages.kept_as_subjects(tx, [docket.id for docket in files if not docket.is_new])
    return await Work.begin(tx, actor, orders | set(told) | set(ids), with_children_of=orders)


def read(batch: Sequence[Received]) -> tuple[Said, Reasons]:
    """Read messages through their shops' mappings; returns what each says, or why it says nothing we can use."""
    said: Said = {}
    reasons: Reasons = {}
    for one in batch:
        read = reading.reader(one.shop).apply(one.body, now=one.at)
        if isinstance(read, Rejected):
            reasons[one.id] = read.reasons
        else:
            said[one.id] = read
    return said, reasons


async def refuse(
    tx: Transaction, fresh: Sequence[Received], said: Mapping[UUID, OrderMessage], reasons: Reasons
) -> tuple[Said, Reasons]:
    """Refuse what names a SKU that its shop has no listing of; returns what these say, and the reasons against the rest."""
    left = {one.id: said[one.id] for one in fresh if one.id in said and one.id not in reasons}
    asked: dict[int, set[str]] = defaultdict(set)
    for one in fresh:
        if one.id in left:
            asked[one.shop.id] |= {line.outside_sku for line in left[one.id].lines or ()}
    listed = {
        shop_id: await skus.resolve(tx, shop_id, sorted(wanted))
        for shop_id, wanted in asked.items()
        if wanted
    }
    for one in fresh:
        lines = left[one.id].lines if one.id in left else None
        if unknown := check_skus(lines or (), listed=listed.get(one.shop.id, {})):
            reasons = reasons | {one.id: unknown}
            del left[one.id]
    return left, reasons


async def apply(
    work: Work,
    fresh: Sequence[Received],
    said: Mapping[UUID, OrderMessage],
    reasons: Reasons,
    files: dict[Name, Docket],
    *,
    reused: Collection[UUID] = (),
) -> dict[UUID, Outcome]:
    """Merge what is said into the dockets, make the orders follow, and store every message with what became of it."""
    cases: dict[Name, Case] = {}
    held: dict[UUID, Case] = {}
    for one in sorted(fresh, key=lambda one: one.id):
        work.requests[one.id] = one.request_id
        if one.id in said:
            docket = files[_name(one, said[one.id])]
            work.requests[docket.id] = one.request_id
            case = cases.setdefault(docket.name, Case(shop=one.shop, docket=docket))
            case.hear(docket.hear(said[one.id]))
            held[one.id] = case
    await applying.apply(work, list(cases.values()))
    await dockets.keep(work.tx, [case.docket for case in cases.values()])
    for one_id, case in held.items():
        if found := objections.against(case.objections, said[one_id]):
            reasons[one_id] = found
    await reviewing.review(work, list(cases.values()), but=held.keys())
    return await _finish(work, fresh, reasons, held, reused=reused)


async def _finish(
    work: Work,
    fresh: Sequence[Received],
    reasons: Mapping[UUID, tuple[Reason, ...]],
    held: Mapping[UUID, Case],
    *,
    reused: Collection[UUID] = (),
) -> dict[UUID, Outcome]:
    outcomes = {one.id: _outcome(one, reasons.get(one.id, ()), held.get(one.id)) for one in fresh}
    files = {one_id: case.docket for one_id, case in held.items()}
    await messages.store(work, [(one, outcomes[one.id], files.get(one.id)) for one in fresh])
    first = [one for one in fresh if one.tries == 1]
    await claiming.settle(work.tx, first, outcomes, reused=reused)
    await finish(work)
    return outcomes


def _outcome(one: Received, reasons: tuple[Reason, ...], case: Case | None) -> Outcome:
    if reasons:
        return Outcome(message=one.id, state="waiting", reasons=reasons)
    return Outcome(
        message=one.id, state="applied" if case is not None and case.says_something else "unchanged"
    )


def _sameness(one: Received) -> tuple[int, str, bytes]:
    return (one.shop.id, one.outside_id, one.body)


def _name(one: Received, said: OrderMessage) -> Name:
    return (one.shop.id, said.order_number)
