"""Makes sure that a shop can take a file's orders: the generic channel, the file's currency, its goods on sale."""

from collections.abc import Sequence

from orderhub.catalog import saving, skus
from orderhub.catalog.entries import Entry
from orderhub.intake.replaying.refusals import NoShopToReplayInto, NotOnSale, OtherCurrency
from orderhub.intake.replaying.replayed import OrderFile
from orderhub.kernel import postgres
from orderhub.kernel.actors import SYSTEM
from orderhub.kernel.postgres import Transaction

_SHOP = """
    select id, name, currency from shops where channel = 'generic' and ended_at is null and ($1::int is null or id = $1)
    order by id limit 1
"""


async def shop(kind: OrderFile, wanted: int | None, *, add_goods: bool) -> int:
    """Return the shop to replay into: the one wanted, or the first. Goods it does not know are added or refused."""
    found = await postgres.fetchrow(_SHOP, wanted)
    if found is None:
        raise NoShopToReplayInto
    if found["currency"] != kind.currency:
        raise OtherCurrency(shop=found["name"], expected=kind.currency, got=found["currency"])
    async with postgres.transaction() as tx:
        missing = await _missing(tx, found["id"], kind.skus)
        if missing and not add_goods:
            code, name = missing[0]
            raise NotOnSale(code=code, name=name)
        if missing:
            await saving.save(tx, [Entry(code=code, name=name) for code, name in missing], actor=SYSTEM)
    shop_id: int = found["id"]
    return shop_id


async def _missing(tx: Transaction, shop_id: int, goods: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    known = await skus.resolve(tx, shop_id, [code for code, _ in goods])
    return [(code, name) for code, name in goods if code not in known]
