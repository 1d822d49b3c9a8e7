"""When the person behind an order was erased: from then on nothing of a person is taken from its messages."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from orderhub.kernel import postgres

ID = "2026-11-22T19:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "erased persons"

SQL = """
alter table dossiers add column erased_at timestamptz;
create index messages_number on messages (shop_id, order_number) where order_number is not null;
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="intake", description=DESCRIPTION)

    async def build() -> None:
        await postgres.ddl(SQL)

    manager.add_raw(build)
    return manager
