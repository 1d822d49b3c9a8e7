"""A person sees and does only what role and reach allow: every move by everybody, and every list from next door."""

import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

import msgspec
import pytest
from websockets.asyncio.client import connect
from websockets.typing import Origin

from orderhub import app, settings
from orderhub import house as house
from orderhub.accounts import shops
from orderhub.delivery.flow import FLOW as SHIPMENT
from orderhub.intake.generic import signature
from orderhub.intake.quarantine import FLOW as MESSAGE
from orderhub.intake.receiving import arrived, receive
from orderhub.kernel import clock, postgres
from orderhub.kernel.actors import ROLES, Actor
from orderhub.kernel.flows import Flow, Transition
from orderhub.kernel.moves import Move, Verdict, move
from orderhub.orders.flow import FLOW as ORDER
from tests.access_rows import Place, place
from tests.browsers import Browser, Program
from tests.letters import dead_letter
from tests.live.test_viewers import open_session
from tests.people import acting, hire
from tests.placed import draft, placed, shipment_of, shop
from tests.test_app import served

pytestmark = pytest.mark.usefixtures("clean")

FLOWS = (ORDER, SHIPMENT, MESSAGE)
PEOPLE = [acting(nth, role, name=role) for nth, role in enumerate(ROLES, start=1)]
OTHERS = [
    Actor(kind=kind, id=kind, name=kind)
    for kind in ("channel", "carrier", "buyer", "system", "person", "token")
]
ROBOTS = [
    Actor(kind="token", id=f"token:{nth}", name=role, roles=frozenset({role}))
    for nth, role in enumerate(ROLES)
]
EVERYBODY = [*PEOPLE, *ROBOTS, *OTHERS]


class Way(NamedTuple):
    """One move out of one stage."""

    flow: Flow
    transition: Transition
    source: str


def ways() -> Iterator[Way]:
    for flow in FLOWS:
        for transition in flow.transitions:
            yield from (Way(flow, transition, source) for source in transition.sources)


def is_meant_for(transition: Transition, actor: Actor) -> bool:
    """The rule, said once more: by kind, by role, and an admin may whatever any person may."""
    roles = set(transition.roles)
    return (
        actor.kind in roles
        or bool(roles & actor.roles)
        or ("admin" in actor.roles and bool(roles & set(ROLES)))
    )


async def subjects(kind: str, number: int) -> list[UUID]:
    """Make so many subjects of a kind."""
    home = await shop(f"{kind} {clock.now().timestamp()}")
    if kind == "message":
        entrance = await shops.entrance(home[0])
        assert entrance is not None
        now = clock.now()
        told = [
            arrived(entrance.shop, outside_id=f"m{nth}", body=b"nothing", at=now) for nth in range(number)
        ]
        return [outcome.message for outcome in await receive(told)]
    orders = await placed([draft(home, f"{kind}-{nth}") for nth in range(number)])
    return orders if kind == "order" else [await shipment_of(order) for order in orders]


async def put(ids: Sequence[UUID], stages: Sequence[str]) -> None:
    """Let subjects stand in stages as if they had come there."""
    async with postgres.transaction() as tx:
        for sql in (
            "update subjects set stage = $2 where id = $1",
            "update visits set stage = $2 where subject_id = $1 and left_at is null",
        ):
            await tx.connection.executemany(sql, list(zip(ids, stages, strict=True)))


async def tried(possible: Sequence[Way], actor: Actor) -> list[Verdict]:
    """Let somebody try each of these moves, on a subject of its own that stands where it begins."""
    (kind,) = {way.flow.kind for way in possible}
    ids = await subjects(kind, len(possible))
    await put(ids, [way.source for way in possible])
    return await move(
        [Move(subject=one, transition=way.transition.name) for one, way in zip(ids, possible, strict=True)],
        actor=actor,
    )


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.kind)
async def test_every_move_is_open_to_those_it_names_and_to_nobody_else(flow: Flow) -> None:
    possible = [way for way in ways() if way.flow is flow]
    wrong = []
    for actor in EVERYBODY:
        for way, verdict in zip(possible, await tried(possible, actor), strict=True):
            if (verdict.refused == "not_allowed") is is_meant_for(way.transition, actor):
                who = f"{actor.kind} {'/'.join(actor.roles)}"
                wrong.append(f"{who}: {flow.kind}.{way.transition.name} from {way.source}: {verdict.refused}")
            assert verdict.refused not in ("not_found", "no_such_move")
    assert wrong == []


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.kind)
async def test_a_move_that_a_stage_does_not_have_is_open_to_nobody(flow: Flow) -> None:
    absent = [
        Way(flow, transition, stage.name)
        for stage in flow.stages
        for transition in flow.transitions
        if flow.transition(transition.name, source=stage.name) is None
    ]
    for actor in (PEOPLE[-1], OTHERS[3]):
        assert {verdict.refused for verdict in await tried(absent, actor)} == {"no_such_move"}


# A message belongs to a shop, and to no warehouse.
NOWHERE: frozenset[int] = frozenset({0})
FAR = [(flow, "shops") for flow in FLOWS] + [(ORDER, "warehouses"), (SHIPMENT, "warehouses")]


@pytest.mark.parametrize(("flow", "reach"), FAR, ids=lambda value: getattr(value, "kind", value))
async def test_no_move_reaches_another_shop_or_warehouse(flow: Flow, reach: str) -> None:
    possible = [way for way in ways() if way.flow is flow]
    stranger = msgspec.structs.replace(acting(1, *ROLES), **{reach: NOWHERE})
    assert {verdict.refused for verdict in await tried(possible, stranger)} == {"not_found"}


class Next(NamedTuple):
    """What lies next door: an order with a late parcel and a dead letter, and a message that waits; and who looks from here."""

    door: Place
    order: UUID
    number: str
    parcel: UUID
    message: UUID
    asker: int
    keeper: int


@pytest.fixture
async def next_door(clean: str) -> Next:
    here, there = await place("here"), await place("there")
    product = await postgres.fetchval("insert into products (name) values ('filter') returning id")
    sku = await postgres.fetchval(
        "insert into skus (code, product_id, name) values ('W712', $1, 'filter') returning id", product
    )
    (order,) = await placed([draft((there.shop_id, there.warehouse_id, sku))])
    await postgres.execute(
        "update visits set late_at = now(), due_at = now() - interval '1 hour' where root_id = $1 and role is not null",
        order,
    )
    await postgres.execute("update subjects set late = 1 where id = $1", order)
    entrance = await shops.entrance(there.shop_id)
    assert entrance is not None
    (outcome,) = await receive([arrived(entrance.shop, outside_id="m1", body=b"not ours", at=clock.now())])
    await dead_letter(order)
    return Next(
        door=there,
        order=order,
        number=await postgres.fetchval("select number from orders"),
        parcel=await shipment_of(order),
        message=outcome.message,
        asker=await hire("asker", *ROLES, shops=[here.shop_id], warehouses=[here.warehouse_id]),
        keeper=await hire("keeper", "admin"),
    )


LISTS = (
    "/orders",
    "/orders?late=1",
    "/orders?q={number}",
    "/orders?q=2046",
    "/orders/list",
    "/api/orders",
    "/api/orders?q={number}",
    "/desk?q={number}",
    "/desk?q=2046",
    "/wall?role=warehouse",
    "/wall/cards?role=warehouse",
    "/board",
    "/board/moves",
    "/board/late",
    "/messages",
    "/messages/list",
    "/dead-letters",
    "/dead-letters/list",
    "/api/shops",
    "/api/warehouses",
)


async def test_no_list_shows_what_lies_next_door(next_door: Next) -> None:
    number = next_door.number
    traces = (f'/orders/{number}"', f'"number":"{number}"', str(next_door.message), ">there<", '"there"')
    seen: dict[str, list[str]] = {"asker": [], "keeper": []}
    async with Browser() as browser:
        for who, person in (("asker", next_door.asker), ("keeper", next_door.keeper)):
            await browser.arrive(person)
            for path in LISTS:
                answer = await browser.get(path.format(number=next_door.number))
                assert answer.status_code == 200, path
                seen[who] += [path for trace in traces if trace in answer.text]
    assert seen["asker"] == []
    assert set(seen["keeper"]) >= set(LISTS)


async def test_a_button_for_what_lies_next_door_finds_nothing(next_door: Next) -> None:
    subjects = {next_door.order: "cancel", next_door.parcel: "pick", next_door.message: "dismiss"}
    async with Browser() as browser:
        await browser.arrive(next_door.asker)
        headers = {"x-csrftoken": await browser.form_token(), "Accept": "application/json"}
        for subject, transition in subjects.items():
            visit = await postgres.fetchval("select visit_id from subjects where id = $1", subject)
            wish = {"subject": str(subject), "visit": str(visit), "transition": transition}
            pressed = await browser.post("/moves", data=wish, headers=headers)
            assert (pressed.status_code, pressed.json()["code"]) == (404, "not_found")
            (verdict,) = (await browser.post("/api/moves", json=[wish], headers=headers)).json()
            assert verdict["refused"] == "not_found"


async def test_a_socket_is_shown_nothing_of_what_lies_next_door(next_door: Next) -> None:
    panels = [
        f"order.{panel}?order={next_door.order}"
        for panel in ("head", "lines", "children", "timeline", "money")
    ]
    async with served(app.create(settings.load({}), lifespan=[app.live_pages])) as address:
        headers = {"cookie": f"session={await open_session(next_door.asker)}"}
        async with connect(
            f"{address.replace('http', 'ws')}/live", origin=Origin(address), additional_headers=headers
        ) as page:
            await page.send(json.dumps({"watch": panels, "versions": {}}))
            refused = [json.loads(await page.recv())["unknown"] for _ in panels]
    assert sorted(name for names in refused for name in names) == sorted(panels)


async def test_a_shops_secret_opens_no_other_shops_door() -> None:
    here, there = await place("here"), await place("there")
    entrance = await shops.entrance(here.shop_id)
    assert entrance is not None
    headers = signature.sign(b"{}", message_id="m1", at=clock.now(), keys=entrance.secrets)
    async with Program() as channel:
        answers = [
            await channel.post(f"/webhooks/{at.shop_id}", content=b"{}", headers=headers)
            for at in (here, there)
        ]
    assert [answer.status_code for answer in answers] == [202, 401]
