"""API tokens: keys for programs, with roles and a scope of their own. Shown once; ended, never deleted."""

from collections.abc import Sequence

import msgspec

from orderhub.accounts import reach, tokens, values
from orderhub.accounts.refusals import UnknownToken
from orderhub.kernel import clock, ledger, postgres
from orderhub.kernel.actors import Actor
from orderhub.kernel.errors import NotFound
from orderhub.kernel.ledger import Change
from orderhub.kernel.postgres import Transaction

PREFIX = "oht_"  # so that scanners of repositories and logs can tell it is a secret
_COLUMNS = "id, name, roles, shops, warehouses, ended_at is not null as ended"


class ApiToken(msgspec.Struct, frozen=True, kw_only=True):
    """A token as an admin may see it; the token itself is not kept."""

    id: int
    name: str
    roles: list[str]
    shops: list[int] | None
    warehouses: list[int] | None
    ended: bool


class NewApiToken(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A token to be made."""

    name: str
    roles: Sequence[str]
    shops: Sequence[int] | None = None
    warehouses: Sequence[int] | None = None


async def issue(tx: Transaction, wanted: NewApiToken, *, actor: Actor) -> tuple[str, ApiToken]:
    """Make a token and return it with its description; it cannot be shown again."""
    name, roles = values.name_of(wanted.name), reach.roles_of(wanted.roles)
    shops, warehouses = reach.places_of(wanted.shops), reach.places_of(wanted.warehouses)
    reach.refuse_wider(actor, shops=shops, warehouses=warehouses)
    token = PREFIX + tokens.fresh()
    row = await tx.fetchrow(
        f"""insert into api_tokens (digest, name, roles, shops, warehouses, created_at)
            values ($1, $2, $3, $4, $5, $6) returning {_COLUMNS}""",
        *(tokens.digest(token), name, roles, shops, warehouses, clock.now()),
    )
    assert row is not None
    made = ApiToken(**row)
    told = [Change(field, None, getattr(made, field)) for field in ("name", "roles", "shops", "warehouses")]
    await _record(tx, "api_token.issued", made.id, actor, told)
    return token, made


async def end(tx: Transaction, token_id: int, *, actor: Actor) -> None:
    """End a token; the next request with it is refused."""
    row = await tx.fetchrow(f"select {_COLUMNS} from api_tokens where id = $1 for update", token_id)
    if row is None or not reach.administers(actor, shops=row["shops"], warehouses=row["warehouses"]):
        raise NotFound(kind="api_token", id=token_id)
    if not row["ended"]:
        await tx.execute("update api_tokens set ended_at = $2 where id = $1", token_id, clock.now())
        await _record(tx, "api_token.ended", token_id, actor, [Change("ended", False, True)])


async def all_tokens(*, actor: Actor) -> list[ApiToken]:
    """Return the tokens within the actor's own scope, the newest first."""
    made = [
        ApiToken(**row) for row in await postgres.fetch(f"select {_COLUMNS} from api_tokens order by id desc")
    ]
    return [one for one in made if reach.administers(actor, shops=one.shops, warehouses=one.warehouses)]


async def bearer(token: str, *, ip: str | None, request_id: str | None) -> Actor:
    """Return the actor behind a bearer token; one indexed query."""
    row = None
    if token.startswith(PREFIX) and tokens.has_shape(token.removeprefix(PREFIX)):
        row = await postgres.fetchrow(
            "select id, name, roles, shops, warehouses from api_tokens where digest = $1 and ended_at is null",
            tokens.digest(token),
        )
    if row is None:
        raise UnknownToken
    return Actor(
        kind="token",
        id=f"token:{row['id']}",
        name=row["name"],
        roles=frozenset(row["roles"]),
        shops=reach.frozen(row["shops"]),
        warehouses=reach.frozen(row["warehouses"]),
        ip=ip,
        request_id=request_id,
    )


async def _record(tx: Transaction, action: str, token_id: int, actor: Actor, changes: list[Change]) -> None:
    evidence = {"api_token": token_id}
    await ledger.record(tx, stream="settings", action=action, actor=actor, changes=changes, evidence=evidence)
