"""Shipments and what is in them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from orderhub.kernel import postgres

ID = "2026-11-22T17:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "shipments and their lines"

# The code is what people on the floor call a shipment by: it repeats after 100,000 shipments, three days of a sale.
SQL = """
create sequence shipment_codes minvalue 1000 maxvalue 99999 cycle;

create table shipments (
    id uuid primary key references subjects deferrable initially deferred,
    order_id uuid not null references orders,
    number text not null unique,
    code text not null,
    carrier text,
    waybill text
);
create index shipments_order on shipments (order_id);
create index shipments_code on shipments (code);

create table shipment_lines (
    shipment_id uuid not null references shipments,
    line_no integer not null,
    sku_id integer not null references skus,
    name text not null,
    pieces integer not null check (pieces > 0),
    picked integer not null default 0 check (picked >= 0),
    packed integer not null default 0 check (packed >= 0),
    primary key (shipment_id, line_no)
);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="delivery", description=DESCRIPTION)

    async def build() -> None:
        await postgres.ddl(SQL)

    manager.add_raw(build)
    return manager
