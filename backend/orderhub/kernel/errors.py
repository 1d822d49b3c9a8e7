"""Refusals: what was asked and cannot be, said so that a person knows what to do next.

A refusal carries data; its words stand in the catalogue under ``refusal.<code>``, in every language.
"""

import re
from typing import Any, ClassVar


class Refusal(Exception):
    """Something the hub will not do. Subclasses are nouns; their fields are keyword arguments."""

    status: ClassVar[int] = 409
    code: ClassVar[str] = "refusal"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "code" not in cls.__dict__:
            cls.code = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    def __init__(self, **data: Any) -> None:
        super().__init__(self.code, data)
        self.data = data

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value}" for name, value in self.data.items())
        return f"{self.code}: {told}" if told else self.code


def recalled(code: str, data: dict[str, Any]) -> Refusal:
    """Return the refusal a stored verdict speaks of."""
    waiting = [Refusal]
    while waiting:
        known = waiting.pop()
        if known.code == code:
            return known(**data)
        waiting += known.__subclasses__()
    return Refusal(**data)


class NotFound(Refusal):
    """There is no such thing, or it lies outside what this actor may see: the two look the same."""

    status = 404


class NotAllowed(Refusal):
    """The actor's roles do not allow this. Data: needed, got."""

    status = 403


class VisitOver(Refusal):
    """The subject has left the stage this move was meant for. Data: stage (where it is now)."""


class NoSuchMove(Refusal):
    """The flow has no such transition from the present stage. Data: transition, stage, allowed."""


class KeyReused(Refusal):
    """The same key came with another request. Data: key."""

    status = 422


class TryAgain(Refusal):
    """Too many changes at the same place at once; nothing was changed."""

    status = 503


class BadInput(Refusal):
    """A value is not usable. Data: field, expected, got."""

    status = 422
