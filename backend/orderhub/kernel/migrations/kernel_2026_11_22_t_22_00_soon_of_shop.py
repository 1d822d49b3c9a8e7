"""What is due soon in one shop is found without walking through what is due soon in all the others."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from orderhub.kernel import postgres

ID = "2026-11-22T22:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "soon due, by shop"

SQL = """
create index visits_soon_of_shop on visits (shop_id, due_at) include (kind, stage, warehouse_id)
    where left_at is null and late_at is null and due_at is not null;
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kernel", description=DESCRIPTION)

    async def build() -> None:
        await postgres.ddl(SQL)

    manager.add_raw(build)
    return manager
