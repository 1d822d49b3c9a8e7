"""A photo session: the hub as it comes, on its first morning, and in the middle of a day, seen in every look."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from playwright.async_api import Browser

from orderhub.accounts import set_up
from orderhub.kernel import calendars
from orderhub.rendering import times
from tests.emptying import empty
from tests.screens import screens, story
from tests.screens.camera import Camera
from tests.screens.looks import Look
from tests.screens.screens import Screen
from tests.screens.story import House

Faults = dict[str, dict[str, list[str]]]

_AT_ONCE = 2
_HOUR = 14
_MOST = 12


class Session:
    """Takes the wanted pictures into a folder; ``faults`` tells screen by screen what is wrong, and in which looks."""

    def __init__(
        self, browser: Browser, address: str, folder: Path, looks: Sequence[Look], wanted: Sequence[str]
    ) -> None:
        self.faults: Faults = {}
        self.taken = 0
        self._browser = browser
        self._address = address
        self._folder = folder
        self._looks = looks
        self._wanted = wanted

    async def run(self) -> None:
        """Take all pictures; begins and ends with an empty database."""
        for look in self._looks:
            await self._take_new(look)
        with _in_the_afternoon():
            house = await story.found()
            await self._take_all(screens.EMPTY, house)
            if self._chosen(screens.FULL):
                await self._take_all(screens.FULL, await story.live(house))
            await _begin_anew()

    async def _take_new(self, look: Look) -> None:
        camera = self._camera(look, {})
        for screen in self._chosen(screens.NEW):
            link = "/set-up/over" if screen.status == 410 else await set_up.fresh_link()
            await camera.take(screen, {"link": str(link)})
            await _begin_anew()
        self._keep(camera, self._chosen(screens.NEW))

    async def _take_all(self, asked: Sequence[Screen], house: House) -> None:
        turn = asyncio.Semaphore(_AT_ONCE)

        async def see(look: Look) -> None:
            async with turn:
                camera = self._camera(look, house.tokens)
                for screen in self._chosen(asked):
                    await camera.take(screen, house.names)
                self._keep(camera, self._chosen(asked))

        await asyncio.gather(*(see(look) for look in self._looks))

    def _camera(self, look: Look, tokens: dict[str, str]) -> Camera:
        return Camera(self._browser, look, address=self._address, folder=self._folder, tokens=tokens)

    def _keep(self, camera: Camera, asked: Sequence[Screen]) -> None:
        self.taken += len(asked)
        for name, found in camera.faults.items():
            told = self.faults.setdefault(name, defaultdict(list))
            for fault in found:
                told[fault].append(camera.look.name)

    def _chosen(self, asked: Sequence[Screen]) -> list[Screen]:
        return [screen for screen in asked if not self._wanted or screen.name.startswith(tuple(self._wanted))]


@contextmanager
def _in_the_afternoon() -> Iterator[None]:
    """Work in the time zone where it is two o'clock in the afternoon now, so that a day's pictures show a working day."""
    before = times.zone()
    ahead = (_HOUR - datetime.now(UTC).hour + 10) % 24 - 10
    times.use_zone(f"Etc/GMT{-ahead:+}")
    yield
    times.use_zone(before.key)


async def _begin_anew() -> None:
    await empty()
    calendars.forget()


def report(faults: Faults, looks: Sequence[Look]) -> list[str]:
    """Return what is wrong as lines to read: screen, fault, and where not everywhere, in which looks."""
    lines = []
    for name, found in sorted(faults.items()):
        told = [
            f"  {fault}" + ("" if len(where) == len(looks) else f"  [{', '.join(where)}]")
            for fault, where in found.items()
        ]
        lines += [name, *told[:_MOST]] + [f"  and {len(told) - _MOST} more"] * (len(told) > _MOST)
    return lines
