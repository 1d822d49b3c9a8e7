"""Shops: accounts at sales channels, each with its currency, time zone, secrets and the warehouse it ships from."""

import time
from typing import Any

import msgspec

from orderhub.accounts import reach, shop_secrets, values
from orderhub.kernel import clock, ledger, postgres
from orderhub.kernel.actors import Actor, visible
from orderhub.kernel.errors import BadInput, NotFound
from orderhub.kernel.ledger import Change
from orderhub.kernel.postgres import Record, Transaction

_TRACKED = ("name", "channel", "currency", "time_zone", "default_warehouse_id", "callback_url", "settings")
_COLUMNS = f"id, {', '.join(_TRACKED)}, ended_at is not null as ended"
_CACHED_SECONDS = 5.0  # so long may a secret ended on another host still open the door of this one


class Shop(msgspec.Struct, frozen=True, kw_only=True):
    """A shop. ``settings`` is what only its channel understands (its field mapping, say)."""

    id: int
    name: str
    channel: str
    currency: str
    time_zone: str
    default_warehouse_id: int | None
    callback_url: str | None
    settings: dict[str, Any]
    ended: bool


class NewShop(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A shop to be added."""

    name: str
    channel: str
    currency: str
    time_zone: str
    default_warehouse_id: int | None = None
    callback_url: str | None = None
    settings: dict[str, Any] = {}


class Amendment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What shall be different about a shop; what is unset stays. Channel and currency never change."""

    name: str | msgspec.UnsetType = msgspec.UNSET
    default_warehouse_id: int | msgspec.UnsetType | None = msgspec.UNSET
    callback_url: str | msgspec.UnsetType | None = msgspec.UNSET
    settings: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET


class Entrance(msgspec.Struct, frozen=True):
    """What the webhook door needs to know of a shop: the shop, and the secrets that open it."""

    shop: Shop
    secrets: tuple[bytes, ...]


_entrances: dict[int, tuple[float, Entrance]] = {}


async def add(tx: Transaction, wanted: NewShop, *, actor: Actor) -> tuple[str, Shop]:
    """Add a shop and return its webhook secret, which cannot be shown again, and the shop.

    Refused to an actor of some shops only, who would not reach the new one.
    """
    reach.refuse_wider(actor, shops=None, warehouses=[])
    await _refuse_unknown_warehouse(tx, wanted.default_warehouse_id, actor)
    row = await tx.fetchrow(
        f"""insert into shops ({", ".join(_TRACKED)}) values ($1, $2, $3, $4, $5, $6, $7) returning {_COLUMNS}""",
        *(values.name_of(wanted.name), values.code_of(wanted.channel, field="channel")),
        *(
            values.currency_of(wanted.currency),
            values.time_zone_of(wanted.time_zone),
            wanted.default_warehouse_id,
        ),
        *(values.callback_of(wanted.callback_url), wanted.settings),
    )
    assert row is not None
    shop = Shop(**row)
    secret = await shop_secrets.add(tx, shop.id)
    await _record(
        tx, "shop.added", shop.id, actor, [Change(field, None, getattr(shop, field)) for field in _TRACKED]
    )
    return secret, shop


async def amend(tx: Transaction, shop_id: int, amendment: Amendment, *, actor: Actor) -> Shop:
    """Change a shop's name, warehouse, callback or settings."""
    before = Shop(**await _locked(tx, shop_id, actor))
    wanted = {field: getattr(amendment, field) for field in amendment.__struct_fields__}
    after = msgspec.structs.replace(before, **{k: v for k, v in wanted.items() if v is not msgspec.UNSET})
    after = msgspec.structs.replace(
        after, name=values.name_of(after.name), callback_url=values.callback_of(after.callback_url)
    )
    if after.default_warehouse_id != before.default_warehouse_id:
        await _refuse_unknown_warehouse(tx, after.default_warehouse_id, actor)
    changes = [
        Change(field, getattr(before, field), getattr(after, field))
        for field in _TRACKED
        if getattr(before, field) != getattr(after, field)
    ]
    if changes:
        await tx.execute(
            "update shops set name = $2, default_warehouse_id = $3, callback_url = $4, settings = $5 where id = $1",
            *(shop_id, after.name, after.default_warehouse_id, after.callback_url, after.settings),
        )
        await _record(tx, "shop.changed", shop_id, actor, changes)
    return after


async def rotate_secret(tx: Transaction, shop_id: int, *, actor: Actor) -> str:
    """Make another webhook secret and return it; the one before stays good until the next rotation or its end."""
    await _locked(tx, shop_id, actor)
    secret = await shop_secrets.add(tx, shop_id)
    await _record(tx, "shop.secret_rotated", shop_id, actor, [])
    return secret


async def end_older_secrets(tx: Transaction, shop_id: int, *, actor: Actor) -> None:
    """Let only the newest webhook secret open the door."""
    await _locked(tx, shop_id, actor)
    await shop_secrets.end_older(tx, shop_id)
    await _record(tx, "shop.older_secrets_ended", shop_id, actor, [])


async def end(tx: Transaction, shop_id: int, *, actor: Actor) -> None:
    """End a shop: its door is closed. Its orders stay."""
    row = await _locked(tx, shop_id, actor)
    if not row["ended"]:
        await tx.execute("update shops set ended_at = $2 where id = $1", shop_id, clock.now())
        await _record(tx, "shop.ended", shop_id, actor, [Change("ended", False, True)])


async def all_shops(*, actor: Actor) -> list[Shop]:
    """Return the shops the actor may see, by name; those that ended last."""
    rows = await postgres.fetch(f"select {_COLUMNS} from shops order by ended_at is not null, name, id")
    return [Shop(**row) for row in rows if visible(actor, row["id"], None)]


async def entrance(shop_id: int) -> Entrance | None:
    """Return shop and live secrets for the webhook door, or None for a shop that ended or never was.

    Kept for a few seconds in this process, because every message asks.
    """
    if known := known_entrance(shop_id):
        return known
    row = await postgres.fetchrow(f"select {_COLUMNS} from shops where id = $1 and ended_at is null", shop_id)
    if row is None:
        return None
    found = Entrance(Shop(**row), await shop_secrets.live(shop_id))
    _entrances[shop_id] = (time.monotonic() + _CACHED_SECONDS, found)
    return found


def known_entrance(shop_id: int) -> Entrance | None:
    """Return what was asked for a moment ago, if it was."""
    until, found = _entrances.get(shop_id, (0.0, None))
    return found if until > time.monotonic() else None


async def _locked(tx: Transaction, shop_id: int, actor: Actor) -> Record:
    row = await tx.fetchrow(f"select {_COLUMNS} from shops where id = $1 for update", shop_id)
    if row is None or not visible(actor, shop_id, None):
        raise NotFound(kind="shop", id=shop_id)
    return row


async def _refuse_unknown_warehouse(tx: Transaction, warehouse_id: int | None, actor: Actor) -> None:
    if warehouse_id is None:
        return
    known = await tx.fetchval(
        "select exists (select from warehouses where id = $1 and ended_at is null)", warehouse_id
    )
    if not known or not visible(actor, None, warehouse_id):
        raise BadInput(field="default_warehouse_id", expected="/api/warehouses", got=warehouse_id)


async def _record(tx: Transaction, action: str, shop_id: int, actor: Actor, changes: list[Change]) -> None:
    await ledger.record(
        tx, stream="settings", action=action, actor=actor, changes=changes, evidence={"shop": shop_id}
    )
    tx.after_commit(forget_entrances)


async def forget_entrances() -> None:
    """Ask the database anew the next time a message comes."""
    _entrances.clear()
