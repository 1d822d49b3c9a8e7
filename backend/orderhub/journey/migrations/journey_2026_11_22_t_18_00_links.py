"""What is kept of journey links, and what buyers were told of delays."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from orderhub.kernel import postgres

ID = "2026-11-22T18:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "journey links and delays"

SQL = """
create table journey_links (
    order_id uuid primary key references orders,
    generation integer not null default 0 check (generation between 0 and 65535),
    hurries integer not null default 0,
    hurried_at timestamptz
);

create table journey_delays (
    visit_id uuid primary key references visits,
    subject_id uuid not null references subjects,
    reason text not null,
    expected_at timestamptz not null,
    told_at timestamptz not null
);
create index journey_delays_subject on journey_delays (subject_id);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="journey", description=DESCRIPTION)

    async def build() -> None:
        await postgres.ddl(SQL)

    manager.add_raw(build)
    return manager
