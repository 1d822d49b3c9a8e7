"""Why a rehearsal does not begin."""

from orderhub.kernel.errors import Refusal


class NotThisMachine(Refusal):
    """The hub to load is another machine's, and nobody said that this is meant. Data: url."""


class NoShopToLoad(Refusal):
    """The hub has no shop of the generic channel whose messages are of our documented shape, or not the one asked for."""

    status = 404


class NothingOnSale(Refusal):
    """The shop lists no SKU, so that no order can be made. Data: shop."""


class ShopSells(Refusal):
    """Paid rehearsals reach the warehouse; this shop has real orders. Data: shop."""


class PaidElsewhere(Refusal):
    """Whether a shop has real orders is read from its database, which is out of reach with an address alone."""


class GoodsUnknown(Refusal):
    """With an address alone nobody knows what the shop sells."""


class HubSaysNo(Refusal):
    """The other hub does not answer what its token asks. Data: url, said."""

    status = 502
