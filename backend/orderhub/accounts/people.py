"""People: who works here, in which roles, for which shops and warehouses. Every change stands in the ledger."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from orderhub.accounts import reach, sessions, values
from orderhub.accounts.refusals import LastAdmin, LoginTaken, NotAPerson
from orderhub.kernel import clock, ledger, postgres
from orderhub.kernel.actors import Actor
from orderhub.kernel.errors import BadInput, NotFound
from orderhub.kernel.ledger import Change
from orderhub.kernel.postgres import Record, Transaction

_COLUMNS = "id, login, name, roles, shops, warehouses, language, ended_at is not null as ended"
_LOGIN = re.compile(r"[\w.@+-]{2,64}")
_TRACKED = ("name", "roles", "shops", "warehouses", "language")


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A person as others may see them. ``shops`` and ``warehouses`` of None mean all."""

    id: int
    login: str
    name: str
    roles: list[str]
    shops: list[int] | None
    warehouses: list[int] | None
    language: str | None
    ended: bool


class Newcomer(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody to be added. Without a password hash they cannot sign in by password."""

    login: str
    name: str
    roles: Sequence[str]
    password_hash: str | None = None
    shops: Sequence[int] | None = None
    warehouses: Sequence[int] | None = None
    language: str | None = None


class Amendment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What shall be different about a person; what is unset stays."""

    name: str | msgspec.UnsetType = msgspec.UNSET
    roles: list[str] | msgspec.UnsetType = msgspec.UNSET
    shops: list[int] | msgspec.UnsetType | None = msgspec.UNSET
    warehouses: list[int] | msgspec.UnsetType | None = msgspec.UNSET
    language: str | msgspec.UnsetType | None = msgspec.UNSET


def login_of(text: str) -> str:
    """Return a login as it is stored and compared: 2 to 64 letters, digits or . @ + - _, in one case."""
    login = unicodedata.normalize("NFKC", text).strip().casefold()
    if not _LOGIN.fullmatch(login):
        raise BadInput(field="login", expected="2–64 × A–Z a–z 0–9 汉字 . @ + - _", got=text[:80])
    return login


def actor_of(row: Record, *, ip: str | None, device: str | None, request_id: str | None) -> Actor:
    """Return the actor a person's row stands for (columns: id, name, roles, shops, warehouses)."""
    return Actor(
        kind="person",
        id=f"person:{row['id']}",
        name=row["name"],
        roles=frozenset(row["roles"]),
        shops=reach.frozen(row["shops"]),
        warehouses=reach.frozen(row["warehouses"]),
        ip=ip,
        device=device,
        request_id=request_id,
    )


def id_of(actor: Actor) -> int:
    """Return whose actor this is; a program with a token is nobody's."""
    if actor.kind != "person":
        raise NotAPerson
    return int(actor.id.removeprefix("person:"))


async def add(tx: Transaction, newcomers: Iterable[Newcomer], *, actor: Actor) -> list[Person]:
    """Add people; refuses a login in use and a scope wider than the actor's own."""
    return [await _add(tx, newcomer, actor) for newcomer in newcomers]


async def amend(tx: Transaction, person_id: int, amendment: Amendment, *, actor: Actor) -> Person:
    """Change name, roles, scope or language; what the person may do changes with their next request."""
    before = await _locked(tx, person_id, actor)
    after = msgspec.structs.replace(before, **_wanted(amendment))
    reach.refuse_wider(actor, shops=after.shops, warehouses=after.warehouses)
    changes = [
        Change(field, getattr(before, field), getattr(after, field))
        for field in _TRACKED
        if getattr(before, field) != getattr(after, field)
    ]
    if not changes:
        return before
    await tx.execute(
        "update people set name = $2, roles = $3, shops = $4, warehouses = $5, language = $6 where id = $1",
        *(person_id, after.name, after.roles, after.shops, after.warehouses, after.language),
    )
    if _rules(before) and not _rules(after):
        await _refuse_no_admin(tx)
    sessions.check_live_pages(tx, person_id)
    await _record(tx, "person.changed", after, actor, changes)
    return after


async def end(tx: Transaction, person_ids: Iterable[int], *, actor: Actor) -> None:
    """End people: they cannot sign in any more and every session of theirs is over. Their history stays."""
    for person_id in sorted(set(person_ids)):
        person = await _locked(tx, person_id, actor)
        if not person.ended:
            await tx.execute("update people set ended_at = $2 where id = $1", person_id, clock.now())
            await sessions.end_all(tx, person_id)
            if _rules(person):
                await _refuse_no_admin(tx)
            await _record(tx, "person.ended", person, actor, [Change("ended", False, True)])


async def set_password(
    tx: Transaction, person_id: int, password_hash: str, *, actor: Actor, keep: str | None = None
) -> None:
    """Give a person another password; every session of theirs ends, but for the one with this token."""
    person = await _locked(tx, person_id, actor)
    await tx.execute("update people set password_hash = $2 where id = $1", person_id, password_hash)
    await sessions.end_all(tx, person_id, keep=keep)
    await _record(tx, "person.password_changed", person, actor, [])


async def everyone(*, actor: Actor, ended: bool = False) -> list[Person]:
    """Return the people within the actor's own scope, by name."""
    rows = await postgres.fetch(
        f"select {_COLUMNS} from people where ended_at is null or $1 order by name, id", ended
    )
    people = [Person(**row) for row in rows]
    return [p for p in people if reach.administers(actor, shops=p.shops, warehouses=p.warehouses)]


async def login(person_id: int) -> str:
    """Return the name a person signs in with."""
    found: str = await postgres.fetchval("select login from people where id = $1", person_id)
    return found


async def choose_language(person_id: int, language: str) -> None:
    """Remember the language a person reads. A preference, not a change of the organisation: it needs no ledger."""
    await postgres.execute("update people set language = $2 where id = $1", person_id, language)


async def _add(tx: Transaction, newcomer: Newcomer, actor: Actor) -> Person:
    shops, warehouses = reach.places_of(newcomer.shops), reach.places_of(newcomer.warehouses)
    reach.refuse_wider(actor, shops=shops, warehouses=warehouses)
    login = login_of(newcomer.login)
    row = await tx.fetchrow(
        f"""insert into people (login, name, password_hash, roles, shops, warehouses, language, created_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (login) do nothing returning {_COLUMNS}""",
        *(login, values.name_of(newcomer.name), newcomer.password_hash, reach.roles_of(newcomer.roles)),
        *(shops, warehouses, newcomer.language, clock.now()),
    )
    if row is None:
        raise LoginTaken(login=login)
    person = Person(**row)
    told = [Change(field, None, getattr(person, field)) for field in ("login", *_TRACKED)]
    await _record(tx, "person.added", person, actor, told)
    return person


async def _locked(tx: Transaction, person_id: int, actor: Actor) -> Person:
    row = await tx.fetchrow(f"select {_COLUMNS} from people where id = $1 for update", person_id)
    if row is None:
        raise NotFound(kind="person", id=person_id)
    person = Person(**row)
    within = reach.administers(actor, shops=person.shops, warehouses=person.warehouses)
    if not within and actor.id != f"person:{person_id}":
        raise NotFound(kind="person", id=person_id)
    return person


def _wanted(amendment: Amendment) -> dict[str, object]:
    wanted: dict[str, object] = {}
    for field in _TRACKED:
        value = getattr(amendment, field)
        if value is not msgspec.UNSET:
            wanted[field] = _CLEANERS[field](value)
    return wanted


def _rules(person: Person) -> bool:
    return "admin" in person.roles and person.shops is None and person.warehouses is None


async def _refuse_no_admin(tx: Transaction) -> None:
    # The lock makes two admins who end each other at the same moment take turns.
    await tx.execute("select pg_advisory_xact_lock(hashtext('orderhub.admins'))")
    left = await tx.fetchval(
        """select exists (select from people where 'admin' = any (roles) and ended_at is null
                          and shops is null and warehouses is null)"""
    )
    if not left:
        raise LastAdmin


async def _record(tx: Transaction, action: str, person: Person, actor: Actor, changes: list[Change]) -> None:
    await ledger.record(
        tx, stream="settings", action=action, actor=actor, changes=changes, evidence={"person": person.id}
    )


_CLEANERS: dict[str, Callable[[Any], object]] = {
    "name": values.name_of,
    "roles": reach.roles_of,
    "shops": reach.places_of,
    "warehouses": reach.places_of,
    "language": lambda language: language,
}
