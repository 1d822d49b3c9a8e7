"""What the journey page refuses."""

from orderhub.kernel.errors import Refusal


class UnknownLink(Refusal):
    """No order has this link: it was guessed, or cut short when it was copied."""

    status = 404


class LinkReplaced(Refusal):
    """The shop has made a new link for this order."""

    status = 410


class LinkExpired(Refusal):
    """The order ended so long ago that its link is no longer shown. Data: days."""

    status = 410


class TooManyLinks(Refusal):
    """Too many wrong links from one address. Data: minutes."""

    status = 429


class ForeignForm(Refusal):
    """The form was sent by a page of another site."""

    status = 403


class NothingToHurry(Refusal):
    """The order is not with us: not paid yet, or already at its end."""


class HurriedLately(Refusal):
    """The buyer has hurried us a short while ago. Data: minutes (until they may again)."""


class NotReceivable(Refusal):
    """Nothing of the order is on its way to the buyer, or waits to be confirmed."""


class NotToCome(Refusal):
    """The moment until which something stands is over, or cannot be read."""

    status = 422


class NothingLate(Refusal):
    """The parcel has moved on since; there is no delay to explain."""
