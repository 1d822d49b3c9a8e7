"""The numbers printed under barcodes (GS1 General Specifications, GTIN-8, -12, -13 and -14)."""

_LENGTHS = (8, 12, 13, 14)


def check_digit(body: str) -> str:
    """Return the last digit that belongs to these leading digits: weights 3, 1, 3 … counted from the right."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body)))
    return str(-total % 10)


def has_length(code: str) -> bool:
    """Tell whether the code consists of digits and is as long as a GTIN."""
    return code.isascii() and code.isdigit() and len(code) in _LENGTHS


def fits(code: str) -> bool:
    """Tell whether the code is a GTIN whose last digit is right."""
    return has_length(code) and check_digit(code[:-1]) == code[-1]


def is_in_store(code: str) -> bool:
    """Tell whether a company gave this 13-digit number to itself (GS1 prefixes 02, 04 and 20 to 29)."""
    return len(code) == 13 and code.startswith(("02", "04", "2"))


def is_mistyped(code: str) -> bool:
    """Tell whether the last digit proves a mistake: of the other lengths many are a company's own numbers."""
    return len(code) == 13 and has_length(code) and not fits(code) and not is_in_store(code)


def with_zeros(digits: str) -> str | None:
    """Return the GTIN that these digits were before a spreadsheet dropped its leading zeros, or None.

    At most two zeros are given back: with more, one in ten numbers of any kind would look like a GTIN.
    """
    for length in (8, 12):
        missing = length - len(digits)
        if 0 < missing <= (1 if length == 8 else 2) and fits(digits.zfill(length)):
            return digits.zfill(length)
    return None


def spellings(code: str) -> tuple[str, ...]:
    """Return the code and the other way scanners report the same number: UPC-A is EAN-13 with a zero before it."""
    if not fits(code):
        return (code,)
    if len(code) == 12:
        return (code, "0" + code)
    if len(code) == 13 and code.startswith("0"):
        return (code, code[1:])
    return (code,)
