"""Subjects, visits, the ledger and everything the kernel keeps of them. The SQL stands beside this file."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from orderhub.kernel import postgres

ID = "2026-11-22T01:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "subjects, visits, ledger, keys, numbers, outbox, counts"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kernel", description=DESCRIPTION)

    async def build() -> None:
        await postgres.ddl(Path(__file__).with_suffix(".sql").read_text())

    manager.add_raw(build)
    return manager
