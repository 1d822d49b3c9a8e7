"""Choosing: what a person typed and tapped above the order list, and what the list is then asked."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

import msgspec

from orderhub.kernel.errors import BadInput
from orderhub.kernel.flows import flow
from orderhub.kernel.postgres import Transaction
from orderhub.orders.listing import Filters, Reach
from orderhub.rendering import times

FIELDS = ("q", "stage", "late", "shop", "warehouse", "since", "until")


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to choose; `href` where a tap is enough."""

    value: str
    text: str = ""
    on: bool = False
    href: str = ""


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """The filters as the page shows them."""

    q: str
    since: str
    until: str
    late: bool
    stage: str
    narrowed: bool
    stages: tuple[Choice, ...]
    shops: tuple[Choice, ...]
    warehouses: tuple[Choice, ...]


def asked(query: Mapping[str, str]) -> dict[str, str]:
    """Return the fields of the list that a query fills in, in one order, so that equal questions are one view."""
    return {name: query[name].strip() for name in FIELDS if query.get(name, "").strip()}


def read(query: Mapping[str, str]) -> Filters:
    """Return what is asked of the list; dates are whole days of the organisation's time zone, the last one included."""
    said = asked(query)
    since, until = (_date(said, name) for name in ("since", "until"))
    return Filters(
        q=said.get("q", ""),
        stage=_stage(said),
        late=said.get("late") == "1",
        shop=_number(said, "shop"),
        warehouse=_number(said, "warehouse"),
        since=_midnight(since) if since else None,
        until=_midnight(until + timedelta(days=1)) if until else None,
    )


async def chosen(tx: Transaction, query: Mapping[str, str], reach: Reach) -> Chosen:
    """Return the filters as the page shows them, with the shops and warehouses within reach."""
    said = asked(query)
    return Chosen(
        **{name: said.get(name, "") for name in ("q", "since", "until", "stage")},
        late=said.get("late") == "1",
        narrowed=any(name in said for name in ("shop", "warehouse", "since", "until")),
        stages=_stages(said),
        shops=await _places(tx, "shops", said.get("shop", ""), reach.shops),
        warehouses=await _places(tx, "warehouses", said.get("warehouse", ""), reach.warehouses),
    )


def _stages(said: Mapping[str, str]) -> tuple[Choice, ...]:
    rest = {name: value for name, value in said.items() if name not in ("stage", "late")}
    on = "late" if said.get("late") == "1" else said.get("stage", "")
    ways = [("", rest), ("late", rest | {"late": "1"})]
    ways += [(stage.name, rest | {"stage": stage.name}) for stage in flow("order").stages]
    return tuple(
        Choice(value=value, on=value == on, href=f"/orders?{urlencode(query)}") for value, query in ways
    )


async def _places(tx: Transaction, table: str, on: str, within: frozenset[int] | None) -> tuple[Choice, ...]:
    rows = await tx.fetch(
        f"select id, name from {table} where $1::int[] is null or id = any($1) order by name",
        None if within is None else sorted(within),
    )
    choices = [Choice(value=str(row["id"]), text=row["name"], on=str(row["id"]) == on) for row in rows]
    return (Choice(value="", on=not on), *choices)


def _stage(said: Mapping[str, str]) -> str | None:
    stages = [stage.name for stage in flow("order").stages]
    stage = said.get("stage")
    if stage is not None and stage not in stages:
        raise BadInput(field="stage", expected=", ".join(stages), got=stage[:60])
    return stage


def _number(said: Mapping[str, str], name: str) -> int | None:
    text = said.get(name)
    if text is not None and not (text.isdecimal() and int(text) < 2**31):
        raise BadInput(field=name, expected="0–9", got=text[:60])
    return int(text) if text else None


def _date(said: Mapping[str, str], name: str) -> date | None:
    text = said.get(name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadInput(field=name, expected="2026-11-11", got=str(text)[:60]) from None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=times.zone())
