"""Remarks: what buyers write beside an order, their phone numbers among it."""

import re

from orderhub.orders.masking import mask_phone

_PHONE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)")


def masked(remark: str) -> str:
    """Return a remark as people see it, with 138****2046 in place of a number."""
    return _PHONE.sub(lambda found: mask_phone(found[0]), remark)
