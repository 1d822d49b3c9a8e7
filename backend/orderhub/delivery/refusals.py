"""What delivery refuses."""

from orderhub.kernel.errors import Refusal


class NotAllPacked(Refusal):
    """The packed quantity of a line is not the one ordered. Data: line, name, ordered, packed."""

    status = 422


class NoWaybill(Refusal):
    """A parcel leaves the house only with the carrier's number on it."""

    status = 422


class WaybillTaken(Refusal):
    """Another parcel bears this waybill. Data: waybill, shipment."""


class NotSplittable(Refusal):
    """A parcel is split only before it is picked, and something has to stay in each. Data: stage, or line, wanted, free."""

    status = 422


class AlreadySplit(Refusal):
    """The lines of the order changed after it was split into parcels. Data: shipments."""


class AlreadyPicking(Refusal):
    """The lines of the order changed after picking had begun. Data: shipments."""
