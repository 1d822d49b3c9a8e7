"""What is due soon is counted from the index alone; and a quiet shop's figures without walking through all the others'."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from orderhub.kernel import postgres

ID = "2026-11-22T22:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "soon due, by shop"

SQL = """
drop index visits_due;
create index visits_due on visits (due_at) include (shop_id, warehouse_id, kind, stage)
    where left_at is null and late_at is null and due_at is not null;
create index stage_counts_of_shop on stage_counts (kind, shop_id, measure);
create index visits_soon_of_shop on visits (shop_id, due_at) include (kind, stage, warehouse_id)
    where left_at is null and late_at is null and due_at is not null;
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kernel", description=DESCRIPTION)

    async def build() -> None:
        await postgres.ddl(SQL)

    manager.add_raw(build)
    return manager
