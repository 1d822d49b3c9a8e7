"""What orders refuse."""

from orderhub.kernel.errors import Refusal


class NotPaidInFull(Refusal):
    """The money rows do not cover the total. Data: total_minor, paid_minor."""


class AlreadyCollected(Refusal):
    """A parcel of the order is with the carrier: it can be returned, no longer cancelled."""


class RefundedInFull(Refusal):
    """The buyer has the money back; nothing more may leave the house for this order."""


class NumberTaken(Refusal):
    """A payment or refund number belongs to another order, or came with another amount. Data: number."""
