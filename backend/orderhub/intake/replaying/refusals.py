"""Why a replay does not begin, or ends before its file does."""

from orderhub.kernel.errors import Refusal


class UnusableFile(Refusal):
    """The file is not what its reader expects. Data: where (file and line), expected, got."""

    status = 422


class NoShopToReplayInto(Refusal):
    """The hub has no shop of the generic channel, or not the one asked for."""

    status = 404


class OtherCurrency(Refusal):
    """The shop counts in another currency than the file. Data: shop, expected, got."""


class NotOnSale(Refusal):
    """The shop does not know the goods the file's orders are of. Data: code, name."""


class SecretMissing(Refusal):
    """Without the database in reach, the shop's secret must be given."""


class DoorClosed(Refusal):
    """The door takes nothing from us: a wrong address, or a secret that is not this shop's. Data: url, said."""

    status = 502


class DoorUnreachable(Refusal):
    """The door did not take a message for longer than patience lasts. Data: url, said."""

    status = 502
