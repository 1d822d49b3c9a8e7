"""Replay: a person had the reason mended, and has kept messages applied again."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from orderhub.accounts import shops
from orderhub.accounts.shops import Shop
from orderhub.intake import dockets, messages, receiving
from orderhub.intake.messages import Stored
from orderhub.intake.received import Outcome, Received
from orderhub.kernel import clock, postgres
from orderhub.kernel.actors import Actor, may, visible
from orderhub.kernel.errors import NotAllowed, NotFound, VisitOver
from orderhub.kernel.retrying import retried

REPLAYERS = ("operations", "manager")

_STORED = """
    select id, shop_id, outside_id, received_at, owner_id, body, order_number, docket_id, state, reasons, tries
    from messages where id = any($1::uuid[]) order by id
"""


async def replay(ids: Sequence[UUID], *, actor: Actor) -> list[Outcome]:
    """Apply waiting messages again, all in one transaction, and say what became of each.

    One that still cannot be applied stays where it is, with its new reasons. Refused: what does not wait any more.
    """
    if may(actor, REPLAYERS) is None:
        raise NotAllowed(needed=list(REPLAYERS), got=sorted(actor.roles))
    open_shops = await _open_shops(ids, actor)
    return await retried(lambda: _replay(ids, open_shops, actor))


async def _replay(ids: Sequence[UUID], open_shops: Mapping[int, Shop], actor: Actor) -> list[Outcome]:
    async with postgres.transaction() as tx:
        stored = await messages.read_back(tx, await tx.fetch(_STORED, list(ids)))
        again = [_again(one, open_shops[one.shop_id]) for one in stored if one.shop_id in open_shops]
        if {one.id for one in again} != set(ids):
            raise NotFound(subject=", ".join(str(one_id) for one_id in ids))
        said, reasons = await receiving.refuse(tx, again, *receiving.read(again))
        files = await dockets.take(
            tx, {(one.shop.id, said[one.id].order_number) for one in again if one.id in said}
        )
        work = await receiving.begin(tx, files.values(), actor=actor, ids=ids)
        for one in again:
            if work.subject(one.id).stage != "waiting":
                raise VisitOver(stage=work.subject(one.id).stage)
        outcomes = await receiving.apply(work, again, said, reasons, files)
    return [outcomes[one_id] for one_id in ids]


def _again(stored: Stored, shop: Shop) -> Received:
    if stored.body is None:
        raise NotFound(subject=str(stored.id))
    return Received(
        id=stored.id,
        shop=shop,
        outside_id=stored.outside_id,
        body=stored.body,
        at=max(stored.received_at, clock.now()),
        stored_at=stored.received_at,
        tries=stored.tries + 1,
    )


async def _open_shops(ids: Sequence[UUID], actor: Actor) -> dict[int, Shop]:
    """Return the shops of these messages that have not ended and lie within reach."""
    rows = await postgres.fetch("select distinct shop_id from messages where id = any($1::uuid[])", list(ids))
    found = [await shops.entrance(row["shop_id"]) for row in rows if visible(actor, row["shop_id"], None)]
    return {entrance.shop.id: entrance.shop for entrance in found if entrance is not None}
