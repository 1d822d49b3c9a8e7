"""Notes what does not fit in a message instead of stopping at it, so that all its reasons are told at once."""

from orderhub.intake.reasons import Code, Reason


class Notes:
    """The reasons found while one message is read."""

    __slots__ = ("reasons",)

    def __init__(self) -> None:
        self.reasons: list[Reason] = []

    def add(self, code: Code, field: str, *, expected: str = "", got: str = "") -> None:
        """Note one reason."""
        self.reasons.append(Reason(code=code, field=field, expected=expected, got=got))
