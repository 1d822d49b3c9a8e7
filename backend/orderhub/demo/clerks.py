"""The demo's clerks, operations and service, who set right what others got wrong, and what buyers do about a delay."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from orderhub.demo import goods, people, telling
from orderhub.demo.cast import TIME_ZONE
from orderhub.demo.chance import dice
from orderhub.demo.hands import Hands
from orderhub.demo.people import Person, Press
from orderhub.intake import exact_json
from orderhub.intake.messages import read_back
from orderhub.journey import delays, hurries, links
from orderhub.kernel import clock, postgres
from orderhub.kernel.ids import uuid7
from orderhub.kernel.moves import Move

_MISTYPED = """
    select s.id, s.visit_id, h.waybill from subjects s join visits v on v.id = s.visit_id
    join shipments h on h.id = s.id
    where s.kind = 'shipment' and s.stage = 'collected' and v.entered_at <= $1 and h.waybill ~ '^..\\d*O'
    order by v.entered_at limit 20
"""
_WAITING = """
    select m.*, s.visit_id
    from subjects s join messages m on m.id = s.id join visits v on v.id = s.visit_id
    where s.kind = 'message' and s.stage = 'waiting' and v.entered_at <= $1 order by v.entered_at, m.outside_id
"""
# Parcels that are late where they are, and what their buyers did and heard so far.
_LATE = """
    select o.id as order_id, o.number, s.id as subject, s.stage, v.id as visit, coalesce(j.hurries, 0) as hurries,
           j.hurried_at, d.visit_id is not null as explained
    from visits v join subjects s on s.id = v.subject_id join orders o on o.id = s.root_id
    left join journey_links j on j.order_id = o.id left join journey_delays d on d.visit_id = v.id
    where v.left_at is null and v.late_at is not null and s.kind = 'shipment' order by v.late_at, o.number limit 100
"""
# So many messages nobody can apply are left to visitors.
_LEFT_ALONE = 5
_EXPLAINED = 3  # one late parcel in so many


async def set_waybills_right(press: Press, *, stayed: timedelta) -> None:
    """Service finds a waybill that no carrier knows, and sends the parcel on under the right one."""
    person = await _somebody("service")
    rows = await postgres.fetch(_MISTYPED, clock.now() - stayed)
    if person is not None and rows:
        await press(person, [_sent_on(row) for row in rows])


async def list_new_numbers(hands: Hands, *, stayed: timedelta) -> None:
    """Operations reads which goods a waiting message means, lists the shop's number, and has the message applied."""
    person = await _somebody("operations")
    for message in await _waiting(stayed):
        if person is None or not any(reason["code"] == "unknown_sku" for reason in message.reasons):
            continue
        entries = _listings(exact_json.decode(message.body))
        wanted = f"/api/shops/{message.shop_id}/listings"
        if entries and await hands.send(person, wanted, json={"listings": entries}):
            await hands.send(person, f"/messages/{message.id}/replays")


async def dismiss_old_messages(press: Press, *, stayed: timedelta) -> None:
    """Operations puts aside what nobody will ever apply, once more of it waits than visitors need to see."""
    person = await _somebody("operations")
    waiting = [one for one in await _rows(stayed) if one["reasons"][0]["code"] != "unknown_sku"]
    if person is not None and len(waiting) > _LEFT_ALONE:
        oldest = waiting[0]
        why = "已联系渠道重发"
        wish = Move(
            subject=oldest["id"], transition="dismiss", visit=oldest["visit_id"], key=str(uuid7()), why=why
        )
        await press(person, [wish])


async def explain_a_delay(hands: Hands) -> None:
    """Service tells a buyer why a late parcel stands, and when it will move on."""
    person = await _somebody("service")
    rows = [row for row in await postgres.fetch(_LATE) if row["subject"].int % _EXPLAINED == 0]
    untold = next((row for row in rows if not row["explained"]), None)
    if person is not None and untold is not None:
        expected = clock.now().astimezone(ZoneInfo(TIME_ZONE)) + timedelta(hours=dice.randint(2, 20))
        form = {
            "subject": str(untold["subject"]),
            "visit": str(untold["visit"]),
            "reason": dice.choice(
                [reason for reason in delays.REASONS if reason in ("busy", "stock", "pickup")]
            ),
            "expected_at": expected.strftime("%Y-%m-%dT%H:%M"),
            "key": str(uuid7()),
        }
        await hands.send(person, f"/orders/{untold['number']}/delays", data=form)


async def hurry(hands: Hands) -> None:
    """A buyer whose parcel is late opens the link and hurries us."""
    for row in await postgres.fetch(_LATE):
        if row["hurried_at"] is None or hurries.again_at(row["hurried_at"]) is None:
            async with postgres.transaction(snapshot=True) as tx:
                link = await links.of(tx, row["order_id"])
            path = f"{links.PREFIX}{links.token(link)}/hurries"
            await hands.send_as_buyer(path, data={"number": str(row["hurries"] + 1)})
            return


async def _somebody(role: str) -> Person | None:
    return await people.find(dice.choice(people.of_role(role)))


async def _rows(stayed: timedelta) -> list[Any]:
    return await postgres.fetch(_WAITING, clock.now() - stayed)


async def _waiting(stayed: timedelta) -> Sequence[Any]:
    rows = await _rows(stayed)
    async with postgres.transaction(snapshot=True) as tx:
        return await read_back(tx, rows)


def _sent_on(row: Any) -> Move:
    facts = {"waybill": telling.set_right(row["waybill"])}
    return Move(subject=row["id"], transition="depart", visit=row["visit_id"], key=str(uuid7()), facts=facts)


def _listings(told: Any) -> list[dict[str, Any]]:
    codes = {good.name: good.code for good in goods.on_sale()}
    items = told.get("trade", {}).get("items", ()) if isinstance(told, dict) else ()
    return [
        {"outside_sku": item["outer_id"], "sku": codes[item["title"]]}
        for item in items
        if item["title"] in codes
    ]
