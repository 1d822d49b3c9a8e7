"""What was found while reading a file or a request: errors stop it, warnings are shown and let it through.

The words of a finding stand in the catalogue under ``finding.<code>``; ``row`` is the row as the
spreadsheet numbers it, ``column`` the field it is about.
"""

import msgspec

WARNINGS = frozenset(
    {
        "check_digit_differs",
        "codes_are_numbers",
        "columns_ignored",
        "repeated_row",
        "sheets_ignored",
        "sku_returns",
        "weight_rounded",
        "zeros_restored",
    }
)


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One sentence about one row (or about the whole file, when there is no row)."""

    code: str
    row: int | None = None
    column: str | None = None
    data: dict[str, str | int] = {}

    @property
    def is_warning(self) -> bool:
        """Tell whether the row may be taken over all the same."""
        return self.code in WARNINGS


def errors(findings: list[Finding]) -> list[Finding]:
    """Return those that stop the whole thing, in the order of their rows."""
    return sorted((f for f in findings if not f.is_warning), key=lambda f: f.row or 0)


def warnings(findings: list[Finding]) -> list[Finding]:
    """Return those that a person should look at, in the order of their rows."""
    return sorted((f for f in findings if f.is_warning), key=lambda f: f.row or 0)
