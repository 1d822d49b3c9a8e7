"""Why a message could not be applied: a code for programs, and what was expected and what came for people.

The words stand in the catalogue under ``quarantine.<code>``; they may use ``{field}``, ``{expected}`` and ``{got}``.
"""

from enum import StrEnum

import msgspec

_LONGEST = 120


class Code(StrEnum):
    """Every reason there is. docs/intake.md says what to do about each."""

    UNREADABLE = "unreadable"
    CUT_SHORT = "cut_short"
    NOT_UTF8 = "not_utf8"
    TOO_DEEP = "too_deep"
    NOT_AN_OBJECT = "not_an_object"
    MISSING_FIELD = "missing_field"
    WRONG_TYPE = "wrong_type"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    FORBIDDEN_CHARACTERS = "forbidden_characters"
    UNKNOWN_SKU = "unknown_sku"
    UNKNOWN_STATUS = "unknown_status"
    UNKNOWN_CURRENCY = "unknown_currency"
    NOT_AN_AMOUNT = "not_an_amount"
    NOT_A_QUANTITY = "not_a_quantity"
    UNREADABLE_TIME = "unreadable_time"
    IMPLAUSIBLE_TIME = "implausible_time"
    AMOUNTS_DO_NOT_ADD_UP = "amounts_do_not_add_up"
    REPEATED_NUMBER = "repeated_number"
    REFUND_ABOVE_TOTAL = "refund_above_total"
    UNKNOWN_ORDER = "unknown_order"
    UNKNOWN_SHIPMENT = "unknown_shipment"
    NUMBER_TAKEN = "number_taken"
    ALREADY_PICKING = "already_picking"
    TOO_LATE_TO_CANCEL = "too_late_to_cancel"
    MESSAGE_ID_REUSED = "message_id_reused"
    NOT_NOW = "not_now"
    FAULT = "fault"


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """One reason. ``field`` is the path in the message as it came; the other two are values, never sentences.

    They hold nothing of a person: of a receiver's fields only the kind of value is told.
    """

    code: Code
    field: str = ""
    expected: str = ""
    got: str = ""

    @property
    def key(self) -> str:
        """The key of the words in the catalogue."""
        return f"quarantine.{self.code}"

    @property
    def data(self) -> dict[str, str]:
        """What the words need."""
        return {"field": self.field, "expected": self.expected, "got": self.got}


class Rejected(msgspec.Struct, frozen=True, kw_only=True):
    """A message that cannot be applied as it is, with every reason found, and the order's number where it was readable."""

    order_number: str | None
    reasons: tuple[Reason, ...]


def shown(value: object) -> str:
    """Write a value that came so that a person recognises it: short, on one line, without control characters."""
    text = (value if isinstance(value, str) else str(value))[: _LONGEST + 1]
    if not text.isprintable():
        text = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def kind_of(value: object) -> str:
    """Name the JSON type of a value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    names: tuple[tuple[type, str], ...] = ((str, "string"), (dict, "object"), (list, "array"))
    return next((name for kind, name in names if isinstance(value, kind)), "number")
