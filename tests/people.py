"""The cast: people of one small company. They all have the same password, hashed once."""

from collections.abc import Sequence
from functools import cache

from argon2 import PasswordHasher

from orderhub.accounts import api_tokens, people
from orderhub.kernel import postgres
from orderhub.kernel.actors import SYSTEM, Actor

PASSWORD = "four words are easy to keep"


@cache
def _hash() -> str:
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1).hash(PASSWORD)


async def hire(
    login: str,
    *roles: str,
    shops: Sequence[int] | None = None,
    warehouses: Sequence[int] | None = None,
    language: str | None = None,
    name: str | None = None,
) -> int:
    """Add a person who signs in with PASSWORD; returns their number."""
    newcomer = people.Newcomer(
        login=login,
        name=name or login.title(),
        roles=roles,
        password_hash=_hash(),
        shops=shops,
        warehouses=warehouses,
        language=language,
    )
    async with postgres.transaction() as tx:
        (person,) = await people.add(tx, [newcomer], actor=SYSTEM)
    return person.id


async def token(
    *roles: str, shops: Sequence[int] | None = None, warehouses: Sequence[int] | None = None
) -> str:
    """Issue an API token and return it."""
    wanted = api_tokens.NewApiToken(name="robot", roles=roles, shops=shops, warehouses=warehouses)
    async with postgres.transaction() as tx:
        issued, _ = await api_tokens.issue(tx, wanted, actor=SYSTEM)
    return issued


def acting(
    person_id: int,
    *roles: str,
    shops: Sequence[int] | None = None,
    warehouses: Sequence[int] | None = None,
    name: str = "someone",
) -> Actor:
    """The actor a person is at the edge, without a request."""
    return Actor(
        kind="person",
        id=f"person:{person_id}",
        name=name,
        roles=frozenset(roles),
        shops=None if shops is None else frozenset(shops),
        warehouses=None if warehouses is None else frozenset(warehouses),
    )
