"""What orders refuse."""

from orderhub.kernel.errors import Refusal


class NotPaidInFull(Refusal):
    """The money rows do not cover the total. Data: total_minor, paid_minor."""


class AlreadyCollected(Refusal):
    """A parcel of the order is with the carrier: it can be returned, no longer cancelled."""


class NothingToCorrect(Refusal):
    """A correction names neither receiver nor remark."""

    status = 422


class OrderOver(Refusal):
    """The order is closed or cancelled; nothing about it is corrected any more."""


class ParcelsLeft(Refusal):
    """Every parcel is with the carrier, so that another receiver would reach nobody."""


class IncompleteReceiver(Refusal):
    """There is no receiver in clear text to be set right in part. Data: missing (names of fields)."""

    status = 422


class PersonErased(Refusal):
    """The buyer's data were erased, and are not written anew."""

    status = 410
