"""Bringing a database to the schema of this code, one host at a time, while others still run the release before.

Migrations expand first (add, never take away) and contract a release later; the contracting one raises
``schema_state.oldest_code``. So code refuses only a database whose ``oldest_code`` is above its own ``CODE``.
"""

import contextlib
import io
import logging
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import asyncpg
from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.apps.migrations.tables import Migration
from piccolo.conf.apps import Finder

from orderhub.kernel import pool, postgres
from orderhub.kernel.errors import Refusal

logger = logging.getLogger(__name__)

CODE = 2  # raised by every release whose migrations change the schema

_LOCK = 7_203_011_946  # any number, the same for every process of every host
_LOCK_WAIT_SECONDS = 60.0


class DatabaseTooNew(Refusal):
    """This code is older than the oldest the database still serves. Data: oldest_code, code."""


class MigrationBusy(Refusal):
    """Another host has been migrating for longer than we wait. Data: waited_seconds."""

    status = 503


class MigrationMissing(Refusal):
    """The database lacks migrations of this code; run ``orderhub migrate``. Data: missing."""

    status = 503


@dataclass(frozen=True)
class Step:
    """One migration file of one room."""

    room: str
    name: str
    module: ModuleType


async def migrate() -> list[str]:
    """Run what has not run, room by room in the order of piccolo_conf; return the names of what ran.

    One process migrates at a time, whole cluster; the others wait for it and then find nothing to do.
    """
    guard = await postgres.connect()
    try:
        await _take_lock(guard)
        await _make_journal()
        await _refuse_too_new()
        steps = await _steps_to_run()
        for step in steps:
            await _run(step)
        await _note_code()
    finally:
        await guard.close()
    await pool.load_identity()
    return [f"{step.room}: {step.name}" for step in steps]


async def require_current() -> None:
    """Refuse a database that is too new for this code, or lacks a migration this code needs."""
    if await postgres.fetchval("select to_regclass('migration')") is None:
        raise MigrationMissing(missing="all")
    await _refuse_too_new()
    missing = await _steps_to_run()
    if missing:
        raise MigrationMissing(missing=", ".join(f"{step.room}: {step.name}" for step in missing))


async def applied() -> list[str]:
    """Return what has run in this database, as ``room: name``, sorted."""
    rows = await postgres.fetch("select app_name, name from migration order by app_name, name")
    return [f"{row['app_name']}: {row['name']}" for row in rows]


async def _take_lock(guard: postgres.Connection) -> None:
    await guard.execute(f"set lock_timeout = {int(_LOCK_WAIT_SECONDS * 1000)}")
    try:
        await guard.execute("select pg_advisory_lock($1)", _LOCK)
    except asyncpg.LockNotAvailableError:
        raise MigrationBusy(waited_seconds=_LOCK_WAIT_SECONDS) from None


async def _make_journal() -> None:
    if await postgres.fetchval("select to_regclass('migration')") is None:
        await Migration.create_table(if_not_exists=True).run()  # type: ignore[no-untyped-call]


async def _refuse_too_new() -> None:
    if await postgres.fetchval("select to_regclass('schema_state')") is None:
        return
    oldest = await postgres.fetchval("select oldest_code from schema_state")
    if oldest > CODE:
        raise DatabaseTooNew(oldest_code=oldest, code=CODE)


async def _steps_to_run() -> list[Step]:
    done = set(await applied())
    rooms = Finder().get_app_configs(sort_by_migration_dependencies=False)
    steps = [
        step for room in rooms for step in _steps(room.app_name, Path(room.resolved_migrations_folder_path))
    ]
    return [step for step in steps if f"{step.room}: {step.name}" not in done]


def _steps(room: str, folder: Path) -> list[Step]:
    # Loaded by path under a name of the room: Piccolo would put every folder on sys.path, where names collide.
    steps = []
    for file in sorted(folder.glob("[!_]*.py")):
        spec = spec_from_file_location(f"orderhub_migrations.{room}.{file.stem}", file)
        assert spec is not None
        assert spec.loader is not None
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        steps.append(Step(room=room, name=module.ID, module=module))
    return sorted(steps, key=lambda step: step.name)


async def _run(step: Step) -> None:
    """Run one migration and note it, in one transaction (Piccolo's own runner notes it afterwards)."""
    manager = await step.module.forwards()
    assert isinstance(manager, MigrationManager)
    manager.wrap_in_transaction = False
    async with postgres.transaction() as tx:
        await tx.execute("set local lock_timeout = '10s'")
        with contextlib.redirect_stdout(io.StringIO()):
            await manager.run()
        await Migration.insert(Migration(name=step.name, app_name=step.room)).run()
    logger.info("migrated %s: %s", step.room, step.name)


async def _note_code() -> None:
    await postgres.execute("update schema_state set newest_code = $1 where newest_code < $1", CODE)
