"""What all messages of one order have said is its docket: the word "dossier" is that of the file people hold.

The table changes its name under the feet of the code before, so that code is refused from here on.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from orderhub.kernel import postgres

ID = "2026-11-22T20:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "dockets"

SQL = """
alter table dossiers rename to dockets;
alter table messages rename column dossier_id to docket_id;
alter index messages_dossier rename to messages_docket;
do $$
declare
    old record;
begin
    for old in
        select c.relname::text as name from pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relkind = 'i' and c.relname like '%dossier%'
    loop
        execute format('alter index %I rename to %I', old.name, replace(old.name, 'dossier', 'docket'));
    end loop;
    for old in
        select conname::text as name, conrelid::regclass as "table" from pg_constraint
        where connamespace = 'public'::regnamespace and conname like '%dossier%'
    loop
        execute format('alter table %s rename constraint %I to %I',
                       old."table", old.name, replace(old.name, 'dossier', 'docket'));
    end loop;
end $$;
update schema_state set oldest_code = greatest(oldest_code, 2), newest_code = greatest(newest_code, 2);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="intake", description=DESCRIPTION)

    async def build() -> None:
        await postgres.ddl(SQL)

    manager.add_raw(build)
    return manager
