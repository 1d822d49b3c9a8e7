"""Showing: what a demo prints at its start, so that whoever started it knows where to go next."""

import io
import sys
from collections.abc import Iterator
from itertools import groupby

import segno
from rich.cells import cell_len

from orderhub.demo.cast import PLAYERS, WAREHOUSES
from orderhub.demo.founding import PASSWORD
from orderhub.journey import links
from orderhub.kernel import postgres
from orderhub.rendering.catalogue import Words

# An order under way, with two parcels if there is one: the most there is to see.
_WORTH_SEEING = """
    select o.id from orders o join subjects s on s.id = o.id
    where s.stage in ('collected', 'in_transit', 'out_for_delivery')
    order by (select count(*) from shipments h where h.order_id = o.id) desc, o.number desc limit 1
"""


async def journey_address(address: str) -> str | None:
    """Return the buyer's link of an order worth seeing, or None while there is none."""
    async with postgres.transaction(snapshot=True) as tx:
        order_id = await tx.fetchval(_WORTH_SEEING)
        return None if order_id is None else links.address(await links.of(tx, order_id), elsewhere=address)


def told(spoken: Words, *, address: str, journey: str | None) -> str:
    """Return everything there is to say, a line each."""
    lines = ["", spoken.text("demo.is_on", address=address)]
    lines += [spoken.text("demo.sign_in", password=PASSWORD), "", *_sign_ins(spoken), ""]
    if journey is not None:
        lines += [spoken.text("demo.journey", address=journey), "", *_code(journey)]
        lines += [spoken.text("demo.this_machine"), ""]
    return "\n".join([*lines, spoken.text("demo.goes_on")])


def _sign_ins(spoken: Words) -> Iterator[str]:
    """Everybody by role and warehouse, a line each: what they see depends on both."""
    lines = [
        (
            f"{spoken.text(f'role.{role}')} {WAREHOUSES[place] if place else ''}".strip(),
            "   ".join(f"{player.login} {player.name}" for player in players),
        )
        for (role, place), players in groupby(PLAYERS, key=lambda one: (one.role, one.warehouse))
    ]
    width = max(cell_len(label) for label, _ in lines)
    for label, names in lines:
        yield f"  {label}{' ' * (width - cell_len(label))}   {names}"


def _code(address: str) -> list[str]:
    """Draw the address as a QR code, where the terminal knows the characters for it."""
    drawn = io.StringIO()
    segno.make(address, error="l", micro=False).terminal(drawn, border=2, compact=True)
    text = drawn.getvalue()
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return []
    return ["  " + line for line in text.splitlines()] + [""]
