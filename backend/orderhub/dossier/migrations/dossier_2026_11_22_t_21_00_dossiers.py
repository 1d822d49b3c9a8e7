"""Where the ledger says what each dossier printed."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from orderhub.kernel import postgres

ID = "2026-11-22T21:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "dossiers"

SQL = """
create table dossiers (
    id uuid primary key,
    order_id uuid not null references orders,
    seq bigint not null,
    made_at timestamptz not null,
    digest bytea not null
);
create index dossiers_order on dossiers (order_id);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="dossier", description=DESCRIPTION)

    async def build() -> None:
        await postgres.ddl(SQL)

    manager.add_raw(build)
    return manager
