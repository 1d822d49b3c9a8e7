"""The JSON doors of accounts: who am I, and the administration of people, shops, warehouses and tokens."""

from typing import Annotated, Any

import msgspec
from litestar import Router, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from orderhub.accounts import api_tokens, passwords, people, shops, warehouses
from orderhub.accounts.access import SIGNED_IN, requires
from orderhub.kernel import postgres
from orderhub.kernel.actors import Actor

ADMIN = [requires("admin")]

Text = Annotated[str, msgspec.Meta(max_length=200)]


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """Who the caller is. ``shops`` and ``warehouses`` of null mean all."""

    kind: str
    id: str
    name: str
    roles: list[str]
    shops: list[int] | None
    warehouses: list[int] | None


class PersonIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person to add."""

    login: Text
    name: Text
    roles: list[str]
    password: str | None = None
    shops: list[int] | None = None
    warehouses: list[int] | None = None
    language: str | None = None


class PasswordIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A password an admin gives to somebody who lost theirs."""

    password: str


class NewSecret(msgspec.Struct, frozen=True, kw_only=True):
    """A webhook secret; it is not shown again."""

    shop: shops.Shop
    secret: str


class NewToken(msgspec.Struct, frozen=True, kw_only=True):
    """An API token; it is not shown again."""

    token: str
    description: api_tokens.ApiToken


@get("/me", guards=[SIGNED_IN])
async def me(actor: NamedDependency[Actor]) -> Me:
    """Return who the caller is and how far they reach."""
    return Me(
        kind=actor.kind,
        id=actor.id,
        name=actor.name,
        roles=sorted(actor.roles),
        shops=None if actor.shops is None else sorted(actor.shops),
        warehouses=None if actor.warehouses is None else sorted(actor.warehouses),
    )


@get("/people", guards=ADMIN)
async def list_people(actor: NamedDependency[Actor]) -> list[people.Person]:
    """Return everybody within the caller's scope who works here."""
    return await people.everyone(actor=actor)


@post("/people", guards=ADMIN)
async def add_person(actor: NamedDependency[Actor], data: JSONBody[PersonIn]) -> people.Person:
    """Add a person; without a password they cannot sign in by password."""
    wanted = msgspec.structs.asdict(data)
    password = wanted.pop("password")
    if password is not None:
        passwords.check(password, login=data.login)
        wanted["password_hash"] = await passwords.digest(password)
    async with postgres.transaction() as tx:
        (person,) = await people.add(tx, [people.Newcomer(**wanted)], actor=actor)
    return person


@patch("/people/{person_id:int}", guards=ADMIN)
async def amend_person(
    actor: NamedDependency[Actor], person_id: FromPath[int], data: JSONBody[people.Amendment]
) -> people.Person:
    """Change name, roles, scope or language of a person; what is left out stays."""
    async with postgres.transaction() as tx:
        return await people.amend(tx, person_id, data, actor=actor)


@delete("/people/{person_id:int}", guards=ADMIN)
async def end_person(actor: NamedDependency[Actor], person_id: FromPath[int]) -> None:
    """End a person: signed out everywhere, and for good. Their history stays."""
    async with postgres.transaction() as tx:
        await people.end(tx, [person_id], actor=actor)


@post("/people/{person_id:int}/password", guards=ADMIN, status_code=204)
async def give_password(
    actor: NamedDependency[Actor], person_id: FromPath[int], data: JSONBody[PasswordIn]
) -> None:
    """Give a person another password and sign them out everywhere."""
    passwords.check(data.password, login="")
    password_hash = await passwords.digest(data.password)
    async with postgres.transaction() as tx:
        await people.set_password(tx, person_id, password_hash, actor=actor)


@get("/shops", guards=[SIGNED_IN])
async def list_shops(actor: NamedDependency[Actor]) -> list[shops.Shop]:
    """Return the shops the caller may see."""
    return await shops.all_shops(actor=actor)


@post("/shops", guards=ADMIN)
async def add_shop(actor: NamedDependency[Actor], data: JSONBody[shops.NewShop]) -> NewSecret:
    """Add a shop; the answer holds its webhook secret, once."""
    async with postgres.transaction() as tx:
        secret, shop = await shops.add(tx, data, actor=actor)
    return NewSecret(shop=shop, secret=secret)


@patch("/shops/{shop_id:int}", guards=ADMIN)
async def amend_shop(
    actor: NamedDependency[Actor], shop_id: FromPath[int], data: JSONBody[shops.Amendment]
) -> shops.Shop:
    """Change a shop's name, default warehouse, callback or settings; what is left out stays."""
    async with postgres.transaction() as tx:
        return await shops.amend(tx, shop_id, data, actor=actor)


@delete("/shops/{shop_id:int}", guards=ADMIN)
async def end_shop(actor: NamedDependency[Actor], shop_id: FromPath[int]) -> None:
    """Close a shop's door; its orders stay."""
    async with postgres.transaction() as tx:
        await shops.end(tx, shop_id, actor=actor)


@post("/shops/{shop_id:int}/secrets", guards=ADMIN)
async def rotate_secret(actor: NamedDependency[Actor], shop_id: FromPath[int]) -> dict[str, Any]:
    """Make another webhook secret; the one before stays good beside it."""
    async with postgres.transaction() as tx:
        secret = await shops.rotate_secret(tx, shop_id, actor=actor)
    return {"shop_id": shop_id, "secret": secret}


@delete("/shops/{shop_id:int}/secrets/older", guards=ADMIN)
async def end_older_secrets(actor: NamedDependency[Actor], shop_id: FromPath[int]) -> None:
    """Let only the newest webhook secret open the door."""
    async with postgres.transaction() as tx:
        await shops.end_older_secrets(tx, shop_id, actor=actor)


@get("/warehouses", guards=[SIGNED_IN])
async def list_warehouses(actor: NamedDependency[Actor]) -> list[warehouses.Warehouse]:
    """Return the warehouses the caller may see."""
    return await warehouses.all_warehouses(actor=actor)


@post("/warehouses", guards=ADMIN)
async def add_warehouse(
    actor: NamedDependency[Actor], data: JSONBody[warehouses.NewWarehouse]
) -> warehouses.Warehouse:
    """Add a warehouse."""
    async with postgres.transaction() as tx:
        return await warehouses.add(tx, data, actor=actor)


@delete("/warehouses/{warehouse_id:int}", guards=ADMIN)
async def end_warehouse(actor: NamedDependency[Actor], warehouse_id: FromPath[int]) -> None:
    """End a warehouse: nothing new is sent to it."""
    async with postgres.transaction() as tx:
        await warehouses.end(tx, warehouse_id, actor=actor)


@get("/tokens", guards=ADMIN)
async def list_tokens(actor: NamedDependency[Actor]) -> list[api_tokens.ApiToken]:
    """Return the API tokens within the caller's scope, without the tokens themselves."""
    return await api_tokens.all_tokens(actor=actor)


@post("/tokens", guards=ADMIN)
async def issue_token(actor: NamedDependency[Actor], data: JSONBody[api_tokens.NewApiToken]) -> NewToken:
    """Make an API token; the answer holds it, once."""
    async with postgres.transaction() as tx:
        token, made = await api_tokens.issue(tx, data, actor=actor)
    return NewToken(token=token, description=made)


@delete("/tokens/{token_id:int}", guards=ADMIN)
async def end_token(actor: NamedDependency[Actor], token_id: FromPath[int]) -> None:
    """End an API token; the next request with it is refused."""
    async with postgres.transaction() as tx:
        await api_tokens.end(tx, token_id, actor=actor)


router = Router(
    "/api",
    route_handlers=[
        me,
        *(list_people, add_person, amend_person, end_person, give_password),
        *(list_shops, add_shop, amend_shop, end_shop, rotate_secret, end_older_secrets),
        *(list_warehouses, add_warehouse, end_warehouse),
        *(list_tokens, issue_token, end_token),
    ],
    tags=["accounts"],
)
