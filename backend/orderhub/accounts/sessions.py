"""Sessions: who is signed in on which device. They lie in PostgreSQL; the browser carries a random token.

The token is always made here, anew at every sign-in: a value the client brought is looked up and never taken over.
A session slides on while it is used, and ends for good after its lifetime.
"""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from orderhub.accounts import tokens
from orderhub.kernel import bus, clock, postgres
from orderhub.kernel.bus import RightsChanged
from orderhub.kernel.errors import NotFound
from orderhub.kernel.ids import uuid7
from orderhub.kernel.postgres import Record, Transaction

IDLE = timedelta(hours=16)  # a shift, its breaks and its overtime; not a weekend
LIFETIME = timedelta(days=30)
KEPT = timedelta(days=90)
_TOUCH = timedelta(minutes=1)  # a session in use is written at most this often


async def open_session(
    tx: Transaction, person_id: int, *, device: str, agent: str | None, ip: str | None
) -> str:
    """Open a session and return its token, which exists nowhere else."""
    token, now = tokens.fresh(), clock.now()
    await tx.execute(
        """insert into sessions (id, digest, person_id, device, agent, ip, created_at, seen_at, expires_at)
           values ($1, $2, $3, $4, $5, $6, $7, $7, $8)""",
        *(uuid7(), tokens.digest(token), person_id, device, agent, ip, now, now + IDLE),
    )
    return token


async def resume(token: str) -> Record | None:
    """Return session and person behind a token, or None. One indexed query; a second one at most once a minute."""
    if not tokens.has_shape(token):
        return None
    now = clock.now()
    row = await postgres.fetchrow(
        """select s.id as session_id, s.device, s.seen_at, p.id, p.name, p.roles, p.shops, p.warehouses, p.language
           from sessions s join people p on p.id = s.person_id
           where s.digest = $1 and s.expires_at > $2 and p.ended_at is null""",
        *(tokens.digest(token), now),
    )
    if row is not None and now - row["seen_at"] > _TOUCH:
        await postgres.execute(
            "update sessions set seen_at = $2, expires_at = least($3, created_at + $4::interval) where id = $1",
            *(row["session_id"], now, now + IDLE, LIFETIME),
        )
    return row


async def agents(tx: Transaction, devices: Collection[str]) -> dict[str, str]:
    """Return what devices are ("Android · Chrome"), as far as sessions still tell."""
    rows = await tx.fetch(
        """select distinct on (device) device, agent from sessions where device = any($1::text[]) and agent is not null
           order by device, seen_at desc""",
        sorted(devices),
    )
    return {row["device"]: row["agent"] for row in rows}


async def end(tx: Transaction, token: str) -> int | None:
    """End the session of a token and return whose it was; one that is over already is nobody's."""
    now = clock.now()
    person_id: int | None = await tx.fetchval(
        "update sessions set expires_at = $2 where digest = $1 and expires_at > $2 returning person_id",
        *(tokens.digest(token), now),
    )
    if person_id is not None:
        check_live_pages(tx, person_id)
    return person_id


async def end_all(tx: Transaction, person_id: int, *, keep: str | None = None) -> None:
    """End every session of a person, but for the one with the token to keep."""
    await tx.execute(
        "update sessions set expires_at = $2 where person_id = $1 and expires_at > $2 and digest is distinct from $3",
        *(person_id, clock.now(), tokens.digest(keep) if keep else None),
    )
    check_live_pages(tx, person_id)


async def end_by_id(tx: Transaction, session_id: UUID, *, person_id: int) -> None:
    """End one session of a person; refuses one that is somebody else's, or over."""
    ended = await tx.execute(
        "update sessions set expires_at = $3 where id = $1 and person_id = $2 and expires_at > $3",
        *(session_id, person_id, clock.now()),
    )
    if ended != "UPDATE 1":
        raise NotFound(kind="session", id=str(session_id))
    check_live_pages(tx, person_id)


def check_live_pages(tx: Transaction, person_id: int) -> None:
    """Let every open page of a person be asked anew, once this is committed, whether it may still be shown."""
    bus.publish_after(tx, [RightsChanged(f"person:{person_id}")])


async def of_person(person_id: int, *, present: str | None) -> list[Record]:
    """Return the open sessions of a person, the one used last first; ``current`` marks that of the present token."""
    return await postgres.fetch(
        """select id, device, agent, ip, created_at, seen_at, digest = $3 as current from sessions
           where person_id = $1 and expires_at > $2 order by seen_at desc""",
        *(person_id, clock.now(), tokens.digest(present or "")),
    )


async def forget_old() -> None:
    """Delete sessions that ended long ago, and tries to sign in that are over. For the schedule, daily."""
    now = clock.now()
    await postgres.execute("delete from sessions where expires_at < $1", now - KEPT)
    await postgres.execute("delete from sign_in_attempts where since < $1", now - timedelta(days=1))
