"""The orders of a Tmall shop, February 2020: where the file lies, and the counts that were published with it."""

from pathlib import Path

from orderhub.intake.replaying.tally import Tally

WHOLE = Tally(
    orders=17_772,
    paid=15_254,
    never_paid=2_518,
    refunded=3_689,
    refunded_whole=3_354,
    paid_minor=1_533_832_88,
    refunded_minor=371_549_47,
)


def orders_file(shared_data: Path) -> Path:
    """Return the file among the shared data."""
    return next((shared_data / "tmall").glob("*.csv.gz"))
