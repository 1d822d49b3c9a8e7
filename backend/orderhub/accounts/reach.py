"""How far somebody reaches: which roles, shops and warehouses, and that nobody hands out more than they have."""

from collections.abc import Iterable, Sequence

from orderhub.accounts.refusals import ScopeTooWide
from orderhub.kernel import postgres
from orderhub.kernel.actors import ROLES, Actor
from orderhub.kernel.errors import BadInput


def roles_of(names: Iterable[str]) -> list[str]:
    """Return roles in the order of ROLES, each once; refuse a name that is none."""
    wanted = set(names)
    if strange := wanted - set(ROLES):
        raise BadInput(field="roles", expected=", ".join(ROLES), got=", ".join(sorted(strange)))
    return [role for role in ROLES if role in wanted]


def places_of(ids: Iterable[int] | None) -> list[int] | None:
    """Return shop or warehouse ids sorted, each once; None (all of them) stays None."""
    return None if ids is None else sorted(set(ids))


def frozen(ids: Iterable[int] | None) -> frozenset[int] | None:
    """Return stored ids as an actor carries them."""
    return None if ids is None else frozenset(ids)


def refuse_wider(actor: Actor, *, shops: Sequence[int] | None, warehouses: Sequence[int] | None) -> None:
    """Refuse to hand out shops or warehouses the actor does not reach."""
    for field, wanted, held in (("shops", shops, actor.shops), ("warehouses", warehouses, actor.warehouses)):
        if not _within(wanted, held):
            raise ScopeTooWide(
                field=field, expected=sorted(held or ()), got="all" if wanted is None else list(wanted)
            )


def administers(actor: Actor, *, shops: Sequence[int] | None, warehouses: Sequence[int] | None) -> bool:
    """Tell whether somebody with this scope lies wholly within the actor's own."""
    return _within(shops, actor.shops) and _within(warehouses, actor.warehouses)


async def places(actor: Actor) -> dict[str, tuple[str, ...]]:
    """Return the names of the ``shops`` and ``warehouses`` an actor may act in; none where those are all."""
    within = {"shops": actor.shops, "warehouses": actor.warehouses}
    return {
        table: tuple(
            row["name"]
            for row in await postgres.fetch(
                f"select name from {table} where id = any($1::int[]) order by name", sorted(ids or ())
            )
        )
        for table, ids in within.items()
    }


def _within(wanted: Sequence[int] | None, held: frozenset[int] | None) -> bool:
    return held is None or (wanted is not None and held.issuperset(wanted))
