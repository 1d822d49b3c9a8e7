"""Making: a dossier is read, printed and recorded; who made it, and which file it was, stays in the ledger."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from uuid import UUID

import msgspec

from orderhub.dossier import records, tokens
from orderhub.dossier.heads import mark
from orderhub.dossier.records import Printed
from orderhub.dossier.telling import Making, Told, tell
from orderhub.dossier.tokens import Token
from orderhub.kernel import clock, postgres
from orderhub.kernel.actors import Actor
from orderhub.kernel.ids import uuid7
from orderhub.orders.listing import Reach
from orderhub.rendering.catalogue import Words, words

# Drawing holds the interpreter for a tenth of a second: never two at once beside those who wait for pages.
_drawing = ThreadPoolExecutor(max_workers=1, thread_name_prefix="dossier")


class Made(msgspec.Struct, frozen=True):
    """A dossier: its file, where it is checked, and the order's number for the file's name."""

    number: str
    address: str
    file: bytes


async def make(order_id: UUID, *, actor: Actor, lang: str, elsewhere: str) -> Made:
    """Make a dossier of an order within the actor's reach, in a language."""
    spoken = words(lang)
    async with postgres.transaction(snapshot=True) as tx:
        told = await tell(tx, order_id, Reach(shops=actor.shops, warehouses=actor.warehouses), spoken)
    token = Token(order_id, uuid7(), mark(told.heads))
    role = next(iter(sorted(actor.roles)), actor.kind)
    address = tokens.address(token, elsewhere=elsewhere)
    making = Making(made_at=clock.now(), name=actor.name, role=role, address=address)
    file = await asyncio.get_running_loop().run_in_executor(_drawing, _drawn, told, making, spoken)
    async with postgres.transaction() as tx:
        await records.keep(tx, _said(told, token, making, file), actor=actor)
    return Made(told.number, address, file)


def _drawn(told: Told, making: Making, spoken: Words) -> bytes:
    # Imported here: the PDF library takes as long as the rest of the house, and most processes never print.
    from orderhub.dossier.printing import printed

    return printed(told, making, spoken)


def _said(told: Told, token: Token, making: Making, file: bytes) -> Printed:
    return Printed(
        dossier=token.dossier_id,
        order=token.order_id,
        number=told.number,
        shop=told.shop,
        currency=told.money.currency,
        made_at=making.made_at,
        role=making.role,
        heads=told.heads,
        anchors={stream: cover.number for stream, cover in told.covered.covers.items()},
        file=sha256(file).hexdigest(),
    )
