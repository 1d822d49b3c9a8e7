"""Raw messages, and what is known of each order from all of its messages."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from orderhub.kernel import postgres

ID = "2026-11-22T18:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "messages and dossiers"

SQL = """
create table dossiers (
    id uuid primary key,
    shop_id integer not null references shops,
    order_number text not null,
    order_id uuid references orders deferrable initially deferred,
    sealed bytea,
    statuses text[] not null default '{}',
    unique (shop_id, order_number)
);

create table messages (
    id uuid not null,
    shop_id integer not null,
    outside_id text not null,
    received_at timestamptz not null,
    owner_id uuid not null,
    body bytea not null,
    order_number text,
    dossier_id uuid,
    state text not null check (state in ('applied', 'unchanged', 'waiting', 'dismissed')),
    reasons jsonb not null default '[]',
    tries integer not null default 1,
    primary key (id, received_at)
) partition by range (received_at);
create table messages_default partition of messages default;
create index messages_dossier on messages (dossier_id) where dossier_id is not null;
create index messages_waiting on messages (id desc) where state = 'waiting';
create index messages_outside on messages (shop_id, outside_id);
select open_month('messages', (date_trunc('month', now()) + make_interval(months => n))::date)
from generate_series(0, 2) n;
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="intake", description=DESCRIPTION)

    async def build() -> None:
        await postgres.ddl(SQL)

    manager.add_raw(build)
    return manager
