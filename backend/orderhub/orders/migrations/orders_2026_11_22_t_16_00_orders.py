"""Orders, their lines, their money and their receivers."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from orderhub.kernel import postgres

ID = "2026-11-22T16:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "orders, lines, money, receivers"

SQL = """
create sequence order_numbers;

create table orders (
    id uuid primary key references subjects deferrable initially deferred,
    number text not null unique,
    shop_id integer not null references shops,
    channel_number text not null,
    placed_at timestamptz not null,
    currency text not null,
    goods_minor bigint not null,
    discount_minor bigint not null,
    shipping_minor bigint not null,
    total_minor bigint not null,
    paid_minor bigint not null default 0,
    refunded_minor bigint not null default 0,
    remark text not null default '',
    check (goods_minor - discount_minor + shipping_minor = total_minor),
    unique (shop_id, channel_number)
);

create table order_lines (
    order_id uuid not null references orders,
    line_no integer not null,
    outside_sku text not null,
    sku_id integer not null references skus,
    name text not null,
    quantity integer not null check (quantity > 0),
    pieces integer not null check (pieces > 0),
    unit_price_minor bigint not null,
    amount_minor bigint not null,
    primary key (order_id, line_no)
);

create table order_money (
    shop_id integer not null,
    kind text not null check (kind in ('payment', 'refund')),
    number text not null,
    order_id uuid not null references orders,
    amount_minor bigint not null check (amount_minor >= 0),
    at timestamptz not null,
    primary key (shop_id, kind, number)
);
create index order_money_order on order_money (order_id);
create index order_money_number on order_money (number);

create table receivers (
    order_id uuid primary key references orders,
    scheme text not null,
    sealed bytea not null,
    masked_name text not null,
    masked_phone text not null,
    region text not null,
    placed_at timestamptz not null,
    phone_digest bytea,
    last4_digest bytea,
    name_digest bytea
);
create index receivers_phone on receivers (phone_digest, placed_at desc, order_id desc);
create index receivers_last4 on receivers (last4_digest, placed_at desc, order_id desc);
create index receivers_name on receivers (name_digest, placed_at desc, order_id desc);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="orders", description=DESCRIPTION)

    async def build() -> None:
        await postgres.ddl(SQL)

    manager.add_raw(build)
    return manager
