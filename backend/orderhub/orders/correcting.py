"""Correcting: the desk sets a receiver or a remark right, and the ledger says who did it and what was changed."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypeAlias
from uuid import UUID

import msgspec

from orderhub.kernel import changes, personal
from orderhub.kernel.actors import Actor
from orderhub.kernel.changes import Edit
from orderhub.kernel.errors import BadInput, Refusal
from orderhub.kernel.ledger import Change
from orderhub.kernel.moves import Verdict
from orderhub.kernel.subjects import Subject
from orderhub.kernel.work import Work
from orderhub.orders import corrections, receivers
from orderhub.orders.corrections import PARTS, Correction, Part, Value
from orderhub.orders.flow import FLOW
from orderhub.orders.masking import Receiver
from orderhub.orders.refusals import (
    IncompleteReceiver,
    NothingToCorrect,
    OrderOver,
    ParcelsLeft,
    PersonErased,
)

CORRECTORS = ("service", "operations", "manager")

# In Python `$` also stands before a last line break, which the look-ahead forbids.
_LINE = r"^[^\x00-\x1f\x7f]*$(?!\n)"
_TEXT = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
_WHOLE = ("name", "phone", "address")

Needed: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=300, pattern=_LINE)]
Place: TypeAlias = Annotated[str, msgspec.Meta(max_length=100, pattern=_LINE)]
Phone: TypeAlias = Annotated[str, msgspec.Meta(min_length=3, max_length=50, pattern=_LINE)]
Address: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=500, pattern=_LINE)]
Remark: TypeAlias = Annotated[str, msgspec.Meta(max_length=2000, pattern=_TEXT)]


class ReceiverWords(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """What is right about a receiver. What is left out stays; a platform's sealed receiver is replaced whole."""

    name: Needed | None = None
    phone: Phone | None = None
    province: Place | None = None
    city: Place | None = None
    district: Place | None = None
    address: Address | None = None


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """A correction of one order. None: that part is right. An empty remark takes the remark away."""

    order_id: UUID
    receiver: ReceiverWords | None = None
    remark: Remark | None = None
    key: str | None = None
    why: str | None = None


async def correct(wishes: Sequence[Wish], *, actor: Actor) -> list[Verdict]:
    """Set orders right, each with its own verdict. Refused: an order that is over, a receiver whose parcels left."""
    edits = [Edit(subject=wish.order_id, values=_values(wish), key=wish.key, why=wish.why) for wish in wishes]
    return await changes.change(
        edits, actor=actor, action="order.corrected", roles=CORRECTORS, apply=_correct_each
    )


def open_parts(stage: str) -> tuple[Part, ...]:
    """Return what of an order in this stage can still be set right."""
    if FLOW.stage(stage).final:
        return ()
    return ("remark",) if FLOW.rank(stage) >= FLOW.rank("collected") else PARTS


def wish_of(order_id: UUID, form: Mapping[str, str]) -> Wish:
    """Return what a filled form asks for; a field left empty says nothing, ``no_remark`` takes the remark away."""
    said: dict[str, Any] = {name: text.strip() for name, text in form.items() if text.strip()}
    receiver = {name: said[name] for name in ReceiverWords.__struct_fields__ if name in said}
    remark = "" if "no_remark" in said else said.get("remark")
    asked = {"receiver": receiver or None, "remark": remark, "key": said.get("key"), "why": said.get("why")}
    try:
        return msgspec.convert({"order_id": order_id, **asked}, Wish)
    except msgspec.ValidationError as error:
        expected, _, field = str(error).partition(" - at `$.")
        raise BadInput(field=field.rstrip("`"), expected=expected, got="") from None


def _values(wish: Wish) -> dict[str, Any]:
    said = {"receiver": wish.receiver and msgspec.to_builtins(wish.receiver), "remark": wish.remark}
    return {part: value for part, value in said.items() if value not in (None, {})}


async def _correct_each(
    work: Work, edits: Sequence[tuple[Subject, Edit]]
) -> list[Sequence[Change] | Refusal]:
    """One after the other: of two corrections of one order the second begins where the first ended."""
    outcomes: list[Sequence[Change] | Refusal] = []
    for subject, edit in edits:
        try:
            outcomes.append(await _correct(work, subject, edit.values))
        except Refusal as refusal:
            outcomes.append(refusal)
    return outcomes


async def _correct(work: Work, order: Subject, values: dict[str, Any]) -> list[Change]:
    _refuse_idle_or_late(order, values)
    if order.id not in await personal.known_keys(work.tx, [order.id]):
        raise PersonErased
    row = await work.tx.fetchrow("select placed_at, remark from orders where id = $1", order.id)
    assert row is not None
    person = (await receivers.unseal(work.tx, [order.id])).get(order.id)
    told: list[Change] = []
    if "receiver" in values and (right := _right(person, values["receiver"])) != person:
        await receivers.seal(work.tx, [(order.id, row["placed_at"], right)])
        await _keep(work, order.id, "receiver", before=person, after=right)
        told += receivers.told(person, right)
    if "remark" in values and values["remark"] != row["remark"]:
        await work.tx.execute("update orders set remark = $2 where id = $1", order.id, values["remark"])
        await _keep(work, order.id, "remark", before=row["remark"], after=values["remark"])
        told.append(Change("remark", row["remark"], values["remark"], personal=True))
    return told


def _refuse_idle_or_late(order: Subject, values: dict[str, Any]) -> None:
    if not values:
        raise NothingToCorrect
    if not (parts := open_parts(order.stage)):
        raise OrderOver
    if not values.keys() <= set(parts):
        raise ParcelsLeft


def _right(person: Receiver | None, said: dict[str, str]) -> Receiver:
    if person is not None and person.token is None:
        return msgspec.structs.replace(person, **said)
    if missing := [name for name in _WHOLE if name not in said]:
        raise IncompleteReceiver(missing=", ".join(missing))
    return Receiver(**said)


async def _keep(work: Work, order_id: UUID, part: Part, *, before: Value, after: Value) -> None:
    """Remember what the channel says by now, against which the correction stands."""
    known = (await corrections.read(work.tx, [order_id])).get(order_id, {})
    earlier = known.get(part)
    says = earlier.heard if earlier else before
    since = earlier.heard_at if earlier else None
    known[part] = Correction(at=work.now, value=after, said=says, heard=says, heard_at=since)
    await corrections.write(work.tx, {order_id: known})
