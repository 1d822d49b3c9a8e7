"""What people set right about orders, kept as long as the orders and erased with their receivers."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from orderhub.kernel import postgres

ID = "2026-11-22T16:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "corrections of receivers and remarks"

SQL = """
create table order_corrections (
    order_id uuid primary key references orders,
    sealed bytea not null
);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="orders", description=DESCRIPTION)

    async def build() -> None:
        await postgres.ddl(SQL)

    manager.add_raw(build)
    return manager
