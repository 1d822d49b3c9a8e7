"""Personal values as a screen may show them: enough to recognise, not enough to call or to find."""


def name(full: str) -> str:
    """Return 王** for 王小明, J*** for John Smith."""
    stripped = full.strip()
    if not stripped:
        return ""
    return stripped[0] + ("**" if _is_cjk(stripped[0]) else "***")


def phone(digits: str) -> str:
    """Return 138****2046 for 13812342046; of a short number only the last two digits."""
    stripped = digits.strip()
    if len(stripped) >= 9:
        return f"{stripped[:3]}****{stripped[-4:]}"
    return f"****{stripped[-2:]}" if stripped else ""


def tail(number: str) -> str:
    """Return the last four characters of a long number, for reading out on the floor."""
    return number[-4:]


def _is_cjk(letter: str) -> bool:
    return "㐀" <= letter <= "鿿" or "가" <= letter <= "힣" or "぀" <= letter <= "ヿ"
