"""What came through a signed door, and what became of it."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from orderhub.accounts.shops import Shop
from orderhub.intake.reasons import Reason

State = Literal["applied", "unchanged", "waiting"]


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """A message as it came through a signed door, in a request of its own; `stored_at` when it is tried again."""

    id: UUID
    shop: Shop
    outside_id: str
    body: bytes
    at: datetime
    stored_at: datetime | None = None
    tries: int = 1
    request_id: str | None = None


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a message. ``waiting``: kept with its reasons, for a person or a later message."""

    message: UUID
    state: State
    reasons: tuple[Reason, ...] = ()

    @property
    def waits(self) -> bool:
        return self.state == "waiting"
