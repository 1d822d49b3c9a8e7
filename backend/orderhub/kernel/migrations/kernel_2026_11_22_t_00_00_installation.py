"""The name of this very database, and which code may run on it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from orderhub.kernel import postgres

ID = "2026-11-22T00:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "installation and schema state"

SQL = """
create table installation (
    id boolean primary key default true check (id),
    identity uuid not null,
    made_at timestamptz not null,
    key_name text
);
insert into installation (identity, made_at) values (gen_random_uuid(), now());

create table schema_state (
    id boolean primary key default true check (id),
    oldest_code integer not null,
    newest_code integer not null check (newest_code >= oldest_code)
);
insert into schema_state (oldest_code, newest_code) values (1, 1);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kernel", description=DESCRIPTION)

    async def build() -> None:
        await postgres.ddl(SQL)

    manager.add_raw(build)
    return manager
