"""Imports product files in two steps: a preview that changes nothing, then exactly what was previewed, once.

The file is stored as it came. Applying reads the stored bytes again and compares them with the catalog as it is by
then; if that would do anything else than what the person saw, nothing is done and the new preview is shown.
"""

import asyncio
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec

from orderhub.catalog import findings as found
from orderhub.catalog import saving
from orderhub.catalog.findings import Finding
from orderhub.catalog.planning import Difference, Plan, compare, known_to
from orderhub.catalog.reading import Reading, read_entries
from orderhub.catalog.refusals import ImportOver, PreviewOutdated
from orderhub.catalog.sheets import read_table
from orderhub.kernel import clock, ids, postgres
from orderhub.kernel.actors import Actor
from orderhub.kernel.errors import NotFound
from orderhub.kernel.postgres import Transaction

KEPT = timedelta(days=90)
_SHOWN = 100


class Preview(msgspec.Struct):
    """What applying would do, small enough to show: full counts, and the first hundred of each."""

    rows: int
    added: int
    changed: int
    unchanged: int
    errors: int
    warnings: int
    first_added: list[Difference]
    first_changed: list[Difference]
    first_errors: list[Finding]
    first_warnings: list[Finding]


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """One uploaded file. ``plan`` is what a person agrees to by applying it; None while there are errors.

    ``is_over``: its bytes are gone, so it cannot be applied any more.
    """

    id: UUID
    file_name: str
    content_digest: bytes
    preview: Preview
    plan: str | None
    uploaded_by_name: str
    uploaded_at: datetime
    applied_by_name: str | None
    applied_at: datetime | None
    is_over: bool


async def upload(content: bytes, *, file_name: str, actor: Actor) -> UUID:
    """Store a file with its preview and return its id; refuse what cannot be read at all."""
    reading = await asyncio.to_thread(_read, content)
    import_id = ids.uuid7()
    async with postgres.transaction() as tx:
        plan = await _plan(tx, reading)
        await tx.execute(
            """insert into imports (id, file_name, content, content_digest, preview, plan_digest,
                                    uploaded_by, uploaded_by_name, uploaded_at)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9)""",
            *(import_id, _plain(file_name), content, sha256(content).digest(), _preview(plan, reading)),
            *(_agreeable(plan), actor.id, actor.name, clock.now()),
        )
    return import_id


async def find(import_id: UUID) -> Upload:
    """Return one upload with its preview."""
    row = await postgres.fetchrow(f"select {_COLUMNS} from imports where id = $1", import_id)
    if row is None:
        raise NotFound(kind="import", id=str(import_id))
    return _upload(row)


async def newest(limit: int = 10) -> list[Upload]:
    """Return the uploads of late, newest first."""
    rows = await postgres.fetch(
        f"select {_COLUMNS} from imports order by uploaded_at desc, id desc limit $1", limit
    )
    return [_upload(row) for row in rows]


async def apply(import_id: UUID, *, plan: str, actor: Actor) -> Upload:
    """Carry out the plan that was previewed; a second time changes nothing and answers the same."""
    content = await _content(import_id)
    reading = await asyncio.to_thread(_read, content) if content else None
    async with postgres.transaction() as tx:
        await saving.lock(tx)
        upload = await _locked(tx, import_id)
        if upload.applied_at is None and reading is None:
            raise ImportOver(days=KEPT.days)
        outdated = upload.applied_at is None and reading and await _apply(tx, upload, reading, plan, actor)
    if outdated:
        raise PreviewOutdated(import_id=str(import_id))
    return await find(import_id)


async def drop_old_contents() -> int:
    """Forget the bytes of files uploaded 90 days ago or more; what they changed stands in the ledger."""
    tag = await postgres.execute(
        "update imports set content = null where content is not null and uploaded_at <= $1",
        clock.now() - KEPT,
    )
    return int(tag.split()[-1])


async def _apply(tx: Transaction, upload: Upload, reading: Reading, agreed: str, actor: Actor) -> bool:
    """Write the plan, if it is the one agreed to; else keep the new preview and tell that it is new."""
    plan = await _plan(tx, reading)
    digest = _agreeable(plan)
    if digest is None or digest.hex() != agreed:
        await tx.execute(
            "update imports set preview = $2, plan_digest = $3 where id = $1",
            *(upload.id, _preview(plan, reading), digest),
        )
        return True
    evidence = {"import": str(upload.id), "file": upload.file_name, "sha256": upload.content_digest.hex()}
    await saving.write(tx, plan, action="import.applied", actor=actor, evidence=evidence)
    await tx.execute(
        "update imports set applied_by_name = $2, applied_at = $3 where id = $1",
        upload.id,
        actor.name,
        clock.now(),
    )
    return False


async def _plan(tx: Transaction, reading: Reading) -> Plan:
    """Compare in a thread: twenty thousand rows take longer than others should wait."""
    known = await known_to(tx, reading.entries)
    plan = await asyncio.to_thread(compare, reading.entries, known)
    plan.findings = [*reading.findings, *plan.findings]
    return plan


async def _content(import_id: UUID) -> bytes | None:
    row = await postgres.fetchrow("select content, applied_at from imports where id = $1", import_id)
    if row is None:
        raise NotFound(kind="import", id=str(import_id))
    content: bytes | None = None if row["applied_at"] else row["content"]
    return content


async def _locked(tx: Transaction, import_id: UUID) -> Upload:
    return _upload(await tx.fetchrow(f"select {_COLUMNS} from imports where id = $1 for update", import_id))


def _read(content: bytes) -> Reading:
    return read_entries(read_table(content))


def _agreeable(plan: Plan) -> bytes | None:
    """Return what a person may agree to, or None when errors forbid it."""
    return None if found.errors(plan.findings) else plan.digest()


def _preview(plan: Plan, reading: Reading) -> Any:
    errors, warnings = found.errors(plan.findings), found.warnings(plan.findings)
    preview = Preview(
        reading.rows, len(plan.added), len(plan.changed), plan.unchanged, len(errors), len(warnings),
        plan.added[:_SHOWN], plan.changed[:_SHOWN], errors[:_SHOWN], warnings[:_SHOWN],
    )  # fmt: skip
    return msgspec.to_builtins(preview)


def _plain(file_name: str) -> str:
    """Return the name without folders and invisible characters, as people will see it."""
    name = (
        "".join(letter for letter in file_name if letter.isprintable()).replace("\\", "/").rpartition("/")[2]
    )
    return name[-120:] or "?"


_COLUMNS = """id, file_name, content_digest, preview, plan_digest, uploaded_by_name, uploaded_at,
              applied_by_name, applied_at, content is null as is_over"""


def _upload(row: Any) -> Upload:
    return Upload(
        id=row["id"],
        file_name=row["file_name"],
        content_digest=row["content_digest"],
        preview=msgspec.convert(row["preview"], Preview),
        plan=row["plan_digest"].hex() if row["plan_digest"] else None,
        uploaded_by_name=row["uploaded_by_name"],
        uploaded_at=row["uploaded_at"],
        applied_by_name=row["applied_by_name"],
        applied_at=row["applied_at"],
        is_over=row["is_over"],
    )
