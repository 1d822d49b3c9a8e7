"""The parent of the fleet: keeps its processes alive, lets them end in order, and replaces them one by one."""

import asyncio
import logging
import os
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence

from orderhub import supervision
from orderhub.fleet.member import Member

logger = logging.getLogger(__name__)

_LOOK_SECONDS = 0.5
_BOOT_SECONDS = 60.0


class ProcessEnded(Exception):
    """A process ended although nobody asked it to."""


class Seat:
    """A place in the fleet. Whoever sits there and dies is followed by another, after a pause that grows."""

    def __init__(self, name: str, start: Callable[[Callable[[], None]], Awaitable[Member]]) -> None:
        self.name = name
        self.member: Member | None = None
        self._start = start
        self._ready = asyncio.Event()
        self._loop: supervision.Loop | None = None
        self._clearing: asyncio.Task[None] | None = None

    def fill(self) -> None:
        """Begin to keep a process here."""
        self._loop, self._clearing = supervision.start(self.name, self._sit), None

    async def clear(self) -> None:
        """Let the process end in order, and start no other; whoever stops waiting for that does not cut it short."""
        loop, self._loop = self._loop, None
        if loop is not None:
            self._clearing = asyncio.create_task(loop.stop())
        if self._clearing is not None:
            await asyncio.shield(self._clearing)

    @property
    def is_ready(self) -> bool:
        """Tell whether a process here does its work."""
        return self._ready.is_set()

    async def comes_up(self, *, patience_seconds: float) -> bool:
        """Tell whether a process here says within this time that it does its work."""
        try:
            async with asyncio.timeout(patience_seconds):
                await self._ready.wait()
        except TimeoutError:
            return False
        return True

    async def _sit(self) -> None:
        member = self.member = await self._start(self._ready.set)
        try:
            code = await member.ended()
        except asyncio.CancelledError:
            await member.stop()
            raise
        finally:
            self.member = None
            self._ready.clear()
        member.forget()
        raise ProcessEnded(f"process {member.pid} ended with {code}")


class Fleet:
    """So many processes that serve on one listening socket, and others that do not."""

    def __init__(
        self, kinds: Sequence[str], *, listener: socket.socket, environment: Mapping[str, str]
    ) -> None:
        self._listener = listener
        self._environment = {**os.environ, **environment}
        self.seats = [
            Seat(f"{kind}.{number}", self._starting(kind)) for number, kind in enumerate(kinds, start=1)
        ]
        self._teller: supervision.Loop | None = None

    async def start(self) -> None:
        """Start all; return when each of them does its work, or has had a minute for it."""
        for seat in self.seats:
            seat.fill()
        self._teller = supervision.start("telling", self._tell)
        await asyncio.gather(*(seat.comes_up(patience_seconds=_BOOT_SECONDS) for seat in self.seats))

    async def stop(self) -> None:
        """Let all end in order; nobody can connect any more, so a proxy goes elsewhere at once."""
        if self._teller is not None:
            await self._teller.stop()
        self._listener.close()
        await asyncio.gather(*(seat.clear() for seat in self.seats))

    async def renew(self) -> None:
        """Replace one process after the other, so that the others serve; stop when a new one does not come up."""
        for seat in self.seats:
            await seat.clear()
            seat.fill()
            if not await seat.comes_up(patience_seconds=_BOOT_SECONDS):
                logger.error("%s did not come up again; the others stay as they are", seat.name)
                return
        logger.info("all processes were replaced")

    def _starting(self, kind: str) -> Callable[[Callable[[], None]], Awaitable[Member]]:
        return lambda on_ready: Member.start(
            kind, listener=self._listener, environment=self._environment, on_ready=on_ready
        )

    async def _tell(self) -> None:
        """Each process says in its /readyz which of the others are ill."""
        told: dict[Member, str] = {}
        while True:
            ill = ", ".join(f"{seat.name} is down" for seat in self.seats if not seat.is_ready)
            members = [seat.member for seat in self.seats if seat.member is not None]
            for member in members:
                if told.get(member, "") != ill:
                    member.tell(ill)
            told = dict.fromkeys(members, ill)
            await asyncio.sleep(_LOOK_SECONDS)
