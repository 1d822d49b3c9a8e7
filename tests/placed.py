"""Ready-made orders for tests: a shop, a warehouse, a SKU, and orders placed through the real verbs."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from orderhub import house as house
from orderhub.kernel import postgres
from orderhub.kernel.actors import SYSTEM, Actor
from orderhub.kernel.ids import uuid7
from orderhub.kernel.moves import finish
from orderhub.kernel.work import Work
from orderhub.orders import money, placing
from orderhub.orders.drafts import AmountsDraft, LineDraft, OrderDraft
from orderhub.orders.masking import Receiver

PLACED_AT = datetime(2026, 11, 11, 0, 0, 1, tzinfo=UTC)
WANG = Receiver(
    name="王小明",
    phone="13812342046",
    province="江苏省",
    city="苏州市",
    district="吴中区",
    address="星湖街 1 号",
)


async def shop(name: str = "旗舰店") -> tuple[int, int, int]:
    """Make a shop with a warehouse and one SKU; returns (shop, warehouse, sku)."""
    warehouse_id = await postgres.fetchval(
        """insert into warehouses (code, name, time_zone) values ($1, '苏州一仓', 'Asia/Shanghai')
           on conflict (code) do update set name = excluded.name returning id""",
        f"SZ-{name}",
    )
    shop_id = await postgres.fetchval(
        """insert into shops (name, channel, currency, time_zone, default_warehouse_id)
           values ($1, 'generic', 'CNY', 'Asia/Shanghai', $2) returning id""",
        name,
        warehouse_id,
    )
    product_id = await postgres.fetchval(
        """insert into products (name) values ('机油滤清器')
           on conflict (name) do update set name = excluded.name returning id"""
    )
    sku_id = await postgres.fetchval(
        "insert into skus (code, product_id, name) values ($1, $2, '机油滤清器 W712') returning id",
        f"W712-{shop_id}",
        product_id,
    )
    return shop_id, warehouse_id, sku_id


def draft(place: tuple[int, int, int], number: str = "69334102887051", *, pieces: int = 2) -> OrderDraft:
    """Return a draft of an order with one line of 28.00 yuan a piece."""
    shop_id, warehouse_id, sku_id = place
    total = 2800 * pieces
    line = LineDraft(
        outside_sku="W712",
        sku_id=sku_id,
        name="机油滤清器 W712",
        quantity=pieces,
        pieces=pieces,
        unit_price_minor=2800,
        amount_minor=total,
    )
    return OrderDraft(
        id=uuid7(),
        shop_id=shop_id,
        warehouse_id=warehouse_id,
        channel_number=number,
        placed_at=PLACED_AT,
        currency="CNY",
        amounts=AmountsDraft(goods_minor=total, discount_minor=0, shipping_minor=0, total_minor=total),
        lines=(line,),
        receiver=WANG,
    )


async def placed(drafts: Sequence[OrderDraft], *, paid: bool = True, actor: Actor = SYSTEM) -> list[UUID]:
    """Place orders, and pay them unless told otherwise; returns their ids."""
    async with postgres.transaction() as tx:
        work = await Work.begin(tx, actor, [])
        await placing.place(work, drafts)
        if paid:
            await money.settle(work, [d.id for d in drafts], [_payment(d) for d in drafts])
            await money.advance(work, [d.id for d in drafts])
        await finish(work)
    return [d.id for d in drafts]


async def shipment_of(order_id: UUID) -> UUID:
    """Return the one shipment of an order."""
    shipment_id = await postgres.fetchval("select id from shipments where order_id = $1", order_id)
    assert isinstance(shipment_id, UUID)
    return shipment_id


def _payment(d: OrderDraft) -> money.MoneyRow:
    return money.MoneyRow(
        order_id=d.id,
        shop_id=d.shop_id,
        kind="payment",
        number=f"PAY-{d.channel_number}",
        amount_minor=d.amounts.total_minor,
        at=PLACED_AT,
    )
