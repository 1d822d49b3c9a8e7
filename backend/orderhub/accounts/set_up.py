"""Setting up: an empty hub prints a link, good once and for a day; whoever opens it founds the organisation.

The link is the proof that one controls the machine, so that no stranger on the network becomes the first admin.
"""

from datetime import timedelta

import msgspec

from orderhub.accounts import organisation, passwords, people, shops, sign_in, tokens, warehouses
from orderhub.accounts.refusals import SetUpLinkOver
from orderhub.kernel import clock, postgres
from orderhub.kernel.actors import SYSTEM, Actor
from orderhub.kernel.postgres import Transaction

GOOD_FOR = timedelta(days=1)


class SetUp(msgspec.Struct, frozen=True, kw_only=True):
    """What the first admin fills in."""

    organisation: str
    shop: str
    warehouse: str
    name: str
    login: str
    password: str
    time_zone: str = "Asia/Shanghai"
    currency: str = "CNY"
    channel: str = "generic"
    language: str | None = None


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A hub that has just been set up: the admin with their session, and the first shop with its webhook secret."""

    admin: Actor
    signed_in: sign_in.SignedIn
    shop: shops.Shop
    secret: str


async def fresh_link() -> str | None:
    """Return the path of a new set-up link, and end those before it; None when somebody works here already."""
    token, now = tokens.fresh(), clock.now()
    async with postgres.transaction() as tx:
        await _take_turns(tx)
        if not await _is_empty(tx):
            return None
        await tx.execute("delete from setup_links")
        await tx.execute(
            "insert into setup_links (digest, created_at, expires_at) values ($1, $2, $3)",
            *(tokens.digest(token), now, now + GOOD_FOR),
        )
    return f"/set-up/{token}"


async def is_open(token: str) -> bool:
    """Tell whether a link may still be used."""
    return bool(
        await postgres.fetchval(
            """select exists (select from setup_links where digest = $1 and not used and expires_at > $2)
                      and not exists (select from people)""",
            *(tokens.digest(token), clock.now()),
        )
    )


async def set_up(token: str, wanted: SetUp, *, visitor: sign_in.Visitor) -> Opened:
    """Found the organisation with its first admin, warehouse and shop, and sign the admin in; all of it or nothing."""
    if not await is_open(token):
        raise SetUpLinkOver
    passwords.check(wanted.password, login=people.login_of(wanted.login))
    password_hash = await passwords.digest(wanted.password)
    async with postgres.transaction() as tx:
        await _use_link(tx, token)
        first = await _add_admin(tx, wanted, password_hash, visitor)
        admin = people.actor_of(first, ip=visitor.ip, device=visitor.device, request_id=visitor.request_id)
        secret, shop = await _found(tx, wanted, admin)
        signed_in = await sign_in.admit(tx, first, visitor=visitor)
    return Opened(admin=admin, signed_in=signed_in, shop=shop, secret=secret)


async def _use_link(tx: Transaction, token: str) -> None:
    await _take_turns(tx)
    used = await tx.fetchval(
        "update setup_links set used = true where digest = $1 and not used and expires_at > $2 returning true",
        *(tokens.digest(token), clock.now()),
    )
    if not used or not await _is_empty(tx):
        raise SetUpLinkOver


async def _add_admin(
    tx: Transaction, wanted: SetUp, password_hash: str, visitor: sign_in.Visitor
) -> postgres.Record:
    first = people.Newcomer(
        login=wanted.login,
        name=wanted.name,
        roles=("admin",),
        password_hash=password_hash,
        language=wanted.language,
    )
    installer = msgspec.structs.replace(
        SYSTEM, ip=visitor.ip, device=visitor.device, request_id=visitor.request_id
    )
    (admin,) = await people.add(tx, [first], actor=installer)
    return msgspec.to_builtins(admin)


async def _found(tx: Transaction, wanted: SetUp, actor: Actor) -> tuple[str, shops.Shop]:
    body = organisation.Organisation(name=wanted.organisation, time_zone=wanted.time_zone)
    await organisation.found(tx, body, actor=actor)
    place = warehouses.NewWarehouse(code="wh1", name=wanted.warehouse, time_zone=wanted.time_zone)
    warehouse = await warehouses.add(tx, place, actor=actor)
    shop = shops.NewShop(
        name=wanted.shop,
        channel=wanted.channel,
        currency=wanted.currency,
        time_zone=wanted.time_zone,
        default_warehouse_id=warehouse.id,
    )
    return await shops.add(tx, shop, actor=actor)


async def _take_turns(tx: Transaction) -> None:
    await tx.execute("select pg_advisory_xact_lock(hashtext('orderhub.set_up'))")


async def _is_empty(tx: Transaction) -> bool:
    return not await tx.fetchval("select exists (select from people)")
