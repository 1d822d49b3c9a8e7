"""The life of a shipment: allocated, picked, packed, then with the carrier until it is signed, returned or lost.

What the carrier says is a fact: it moves a parcel from wherever it stands, also one that nobody marked as packed,
and only ever further along the stages below (a lost one may turn up); so reports may come in any order.
"""

from orderhub.delivery import packing, tracking, waybills
from orderhub.kernel.flows import Flow, Stage, Transition, register

_HOUR = 60
_DAY = 24 * _HOUR
_FLOOR = ("warehouse", "manager")
_CARRIER = ("carrier", "channel", "system")
_DESK = ("service", "operations", "manager")

_IN_HOUSE = ("allocated", "picking", "packed")
_ON_THE_WAY = ("collected", "in_transit", "out_for_delivery")


def _reported(
    name: str, target: str, *, sources: tuple[str, ...], icon: str
) -> tuple[Transition, Transition]:
    """What a carrier reports of parcels: on their way, where the desk may say it too, or still in the house."""
    late = (packing.take_all, waybills.put_on)
    on_the_way, in_house = (
        tuple(s for s in sources if (s in _IN_HOUSE) is inside) for inside in (False, True)
    )
    return (
        Transition(
            name=name,
            sources=on_the_way,
            target=target,
            roles=(*_CARRIER, *_DESK),
            icon=icon,
            guards=(waybills.claim_given,),
            effects=(waybills.put_on,),
        ),
        Transition(
            name=name,
            sources=in_house,
            target=target,
            roles=_CARRIER,
            icon=icon,
            guards=(waybills.claim_given,),
            effects=late,
        ),
    )


FLOW = register(
    Flow(
        kind="shipment",
        tracked=tracking.tracked,
        stages=(
            Stage(
                name="allocated",
                tone="shop",
                icon="house",
                role="warehouse",
                limit_minutes=2 * _HOUR,
                working_hours=True,
            ),
            Stage(
                name="picking",
                tone="ware",
                icon="scan",
                role="warehouse",
                limit_minutes=_HOUR,
                working_hours=True,
            ),
            Stage(
                name="packed",
                tone="ware",
                icon="box",
                role="warehouse",
                limit_minutes=4 * _HOUR,
                working_hours=True,
            ),
            Stage(name="collected", tone="ship", icon="hand", role="service", limit_minutes=_DAY),
            Stage(name="in_transit", tone="ship", icon="truck", role="service", limit_minutes=3 * _DAY),
            Stage(name="out_for_delivery", tone="ship", icon="pin", role="service", limit_minutes=_DAY),
            Stage(name="lost", tone="bad", icon="stop", role="service", limit_minutes=3 * _DAY, final=True),
            Stage(name="signed", tone="cust", icon="check", final=True),
            Stage(name="returned", tone="serv", icon="undo", final=True),
            Stage(name="cancelled", tone="shop", icon="x", final=True),
        ),
        transitions=(
            Transition(name="pick", sources=("allocated",), target="picking", roles=_FLOOR, icon="scan"),
            Transition(
                name="pack",
                sources=("picking",),
                target="packed",
                roles=_FLOOR,
                icon="box",
                guards=(packing.packed_as_ordered,),
                effects=(packing.take_all,),
            ),
            Transition(
                name="collect",
                sources=("packed",),
                target="collected",
                roles=(*_FLOOR, *_CARRIER),
                icon="hand",
                asks=("waybill",),
                guards=(waybills.bears_waybill,),
                effects=(waybills.put_on,),
            ),
            Transition(
                name="collect",
                sources=("allocated", "picking"),
                target="collected",
                roles=_CARRIER,
                icon="hand",
                guards=(waybills.claim_given,),
                effects=(packing.take_all, waybills.put_on),
            ),
            *_reported("depart", "in_transit", sources=(*_IN_HOUSE, "collected"), icon="truck"),
            *_reported(
                "deliver", "out_for_delivery", sources=(*_IN_HOUSE, "collected", "in_transit"), icon="pin"
            ),
            Transition(
                name="receive",
                sources=("out_for_delivery", "lost"),
                target="signed",
                roles=("buyer",),
                icon="check",
            ),
            *_reported("sign", "signed", sources=(*_IN_HOUSE, *_ON_THE_WAY, "lost"), icon="check"),
            *_reported(
                "return", "returned", sources=(*_IN_HOUSE, *_ON_THE_WAY, "lost", "signed"), icon="undo"
            ),
            *_reported("lose", "lost", sources=(*_IN_HOUSE, *_ON_THE_WAY), icon="stop"),
            Transition(name="cancel", sources=_IN_HOUSE, target="cancelled", roles=("system",), icon="x"),
        ),
    )
)
