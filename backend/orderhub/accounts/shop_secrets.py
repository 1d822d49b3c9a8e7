"""Webhook secrets of shops, as Standard Webhooks writes them (``whsec_`` and base64); sealed in the database.

Two live at once: a sender may change over at leisure, and no message is refused in between.
"""

import base64
import secrets as random

from orderhub.kernel import clock, postgres, secrets
from orderhub.kernel.postgres import Transaction

PREFIX = "whsec_"
LIVE = 2


async def add(tx: Transaction, shop_id: int) -> str:
    """Make a new secret for a shop and return it; the newest two stay live, older ones end."""
    plain = random.token_bytes(32)
    await tx.execute(
        "insert into shop_secrets (shop_id, sealed, created_at) values ($1, $2, $3)",
        *(shop_id, secrets.encrypt(plain, key=_key()), clock.now()),
    )
    await _end_all_but(tx, shop_id, LIVE)
    return PREFIX + base64.b64encode(plain).decode()


async def end_older(tx: Transaction, shop_id: int) -> None:
    """End every secret of a shop but the newest: the sender has changed over, or the old one leaked."""
    await _end_all_but(tx, shop_id, 1)


async def live(shop_id: int) -> tuple[bytes, ...]:
    """Return the live secrets of a shop, the newest first, as the bytes a signature is made with."""
    rows = await postgres.fetch(
        "select sealed from shop_secrets where shop_id = $1 and ended_at is null order by id desc", shop_id
    )
    return tuple(secrets.decrypt(row["sealed"], key=_key()) for row in rows)


async def _end_all_but(tx: Transaction, shop_id: int, kept: int) -> None:
    await tx.execute(
        """update shop_secrets set ended_at = $3 where id in
               (select id from shop_secrets where shop_id = $1 and ended_at is null order by id desc offset $2)""",
        *(shop_id, kept, clock.now()),
    )


def _key() -> bytes:
    return secrets.derive("shop-secrets")
