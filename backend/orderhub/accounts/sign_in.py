"""Signing in and out: password against hash, counted, recorded, and answered with a session that did not exist before.

An unknown login costs the same work and gets the same answer as a wrong password.
"""

from contextlib import suppress
from uuid import UUID

import msgspec

from orderhub.accounts import attempts, passwords, people, sessions
from orderhub.accounts.refusals import WrongSignIn
from orderhub.kernel import ledger, postgres
from orderhub.kernel.actors import Actor
from orderhub.kernel.errors import BadInput
from orderhub.kernel.postgres import Record, Transaction

STREAM = "access"


class Visitor(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody at the door: where they come from, and the session their browser still carries."""

    device: str
    agent: str | None = None
    ip: str | None = None
    request_id: str | None = None
    token: str | None = None


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """A new session: its token for the cookie, and whose it is."""

    token: str
    person_id: int
    language: str | None


async def sign_in(login: str, password: str, *, visitor: Visitor) -> SignedIn:
    """Open a session for whoever knows the password; the session the browser came with ends."""
    known = ""
    with suppress(BadInput):
        known = people.login_of(login)
    row = await _find(known, visitor.device)
    tried = attempts.places(
        login=known, device=visitor.device if row and row["known_device"] else None, ip=visitor.ip
    )
    is_last = await attempts.count(tried)
    if not await passwords.fits(password, row["password_hash"] if row else None) or row is None:
        await _record_refused(row, visitor, is_last=is_last)
        raise WrongSignIn
    renewed = await passwords.digest(password) if passwords.is_dated(row["password_hash"]) else None
    async with postgres.transaction() as tx:
        await attempts.forgive(tx, tried)
        if renewed:
            await tx.execute("update people set password_hash = $2 where id = $1", row["id"], renewed)
        return await admit(tx, row, visitor=visitor)


async def admit(tx: Transaction, person: Record, *, visitor: Visitor) -> SignedIn:
    """Open a new session for a person who has shown who they are (columns: id, name, roles, shops, warehouses, language)."""
    if visitor.token:
        await sessions.end(tx, visitor.token)
    token = await sessions.open_session(
        tx, person["id"], device=visitor.device, agent=visitor.agent, ip=visitor.ip
    )
    actor = people.actor_of(person, ip=visitor.ip, device=visitor.device, request_id=visitor.request_id)
    await ledger.record(tx, stream=STREAM, action="signed_in", actor=actor)
    return SignedIn(token=token, person_id=person["id"], language=person["language"])


async def sign_out(token: str, *, actor: Actor) -> None:
    """End one session, whatever state it is in."""
    async with postgres.transaction() as tx:
        if await sessions.end(tx, token) is not None:
            await ledger.record(tx, stream=STREAM, action="signed_out", actor=actor)


async def end_session(session_id: UUID, *, person_id: int, actor: Actor) -> None:
    """End one session of a person, on whatever device it is."""
    async with postgres.transaction() as tx:
        await sessions.end_by_id(tx, session_id, person_id=person_id)
        await ledger.record(
            tx, stream=STREAM, action="signed_out", actor=actor, evidence={"session": str(session_id)}
        )


async def _find(login: str, device: str) -> Record | None:
    return await postgres.fetchrow(
        """select id, name, password_hash, roles, shops, warehouses, language,
                  exists (select from sessions s where s.person_id = p.id and s.device = $2) as known_device
           from people p where login = $1 and ended_at is null""",
        *(login, device),
    )


async def _record_refused(person: Record | None, visitor: Visitor, *, is_last: bool) -> None:
    # A stranger's tries are worth one line when the limit is reached; more would let anybody fill the ledger.
    if person is None and not is_last:
        return
    stranger = Actor(
        kind="system",
        id="stranger",
        name="",
        ip=visitor.ip,
        device=visitor.device,
        request_id=visitor.request_id,
    )
    evidence = {"person": person["id"] if person else None, "last_try": is_last}
    async with postgres.transaction() as tx:
        await ledger.record(tx, stream=STREAM, action="sign_in.refused", actor=stranger, evidence=evidence)
