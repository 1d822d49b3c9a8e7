"""The hub of one process: which sockets are open, what they watch, and which regions a fact concerns."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Protocol

import msgspec

from orderhub import supervision
from orderhub.kernel import bus, snapshots, views
from orderhub.kernel.actors import Actor
from orderhub.kernel.bus import Fact, Message, RightsChanged
from orderhub.kernel.views import Key
from orderhub.live.region import Region
from orderhub.live.watcher import SESSION_OVER, Watcher
from orderhub.live.wire import control

RIGHTS_CHANGED = 4403
TRY_AGAIN_LATER = 1013


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How much one session, one address of people we do not know, and one process may ask for."""

    sockets_a_session: int = 16
    sockets_an_address: int = 32
    regions_a_socket: int = 48
    renderings_at_once: int = 4
    beat_seconds: float = 20.0
    care_seconds: float = 0.5
    behind_seconds: float = 60.0


class Rights(Protocol):
    """Where the hub asks who is still signed in."""

    async def actors(self, sessions: Collection[str]) -> Mapping[str, Actor]:
        """Return the sessions that still hold, with the actor each stands for now."""


class Hub:
    """Takes facts, and brings what they change to the sockets of this process. It runs between start and stop."""

    def __init__(self, rights: Rights, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.watchers: set[Watcher] = set()
        self.regions: dict[Key, Region] = {}
        self._rights = rights
        self._kitchen = asyncio.Semaphore(self.limits.renderings_at_once)
        self._about: defaultdict[str, set[Region]] = defaultdict(set)
        self._general: set[Region] = set()
        self._sockets: Counter[str] = Counter()
        self._doubted: set[str] = set()
        self._doubt = asyncio.Event()
        self._loops: list[supervision.Loop] = []
        self._deafen: Callable[[], None] | None = None

    def start(self) -> None:
        """Begin to listen and to look after the sockets."""
        self._deafen = bus.listen(self._hear)
        self._loops = [
            supervision.start("live.beat", self._beat),
            supervision.start("live.care", self._care),
            supervision.start("live.rights", self._ask_after_doubted),
        ]

    async def stop(self) -> None:
        """End both."""
        if self._deafen is not None:
            self._deafen()
        for loop in self._loops:
            await loop.stop()

    def enter(self, watcher: Watcher) -> bool:
        """Let a socket in; False when its session, or its address, has as many as it may."""
        viewer = watcher.viewer
        most = self.limits.sockets_a_session if viewer.actor else self.limits.sockets_an_address
        if self._sockets[viewer.session] >= most:
            return False
        self._sockets[viewer.session] += 1
        self.watchers.add(watcher)
        return True

    def exit(self, watcher: Watcher) -> None:
        """Let a socket go."""
        self.watchers.discard(watcher)
        session = watcher.viewer.session
        self._sockets[session] -= 1
        if not self._sockets[session]:
            del self._sockets[session]
        self._leave(watcher, watcher.watching)

    def watch(self, watcher: Watcher, names: Sequence[str], versions: Mapping[str, str]) -> None:
        """Let a socket watch exactly these regions, and send those that its page shows in an older version."""
        self._leave(watcher, watcher.watching.keys() - set(names))
        unknown = []
        for name in dict.fromkeys(names):
            key = views.key(name, watcher.viewer.actor, watcher.viewer.lang)
            if key is None or len(watcher.watching) >= self.limits.regions_a_socket:
                unknown.append(name)
                continue
            region = watcher.watching[name] = self._region(key)
            region.join(watcher, snapshots.number_of(versions.get(name, "")))
        if unknown and watcher.viewer.actor is None:
            self._turn_out(watcher, SESSION_OVER)  # most likely a page left open since a sign-out
        elif unknown:
            watcher.post(control(unknown=unknown), _now())

    def _region(self, key: Key) -> Region:
        if key not in self.regions:
            region = self.regions[key] = Region(key, self._kitchen)
            (self._about[region.subject] if region.subject else self._general).add(region)
        return self.regions[key]

    def _leave(self, watcher: Watcher, names: Iterable[str]) -> None:
        for name in list(names):
            region = watcher.watching.pop(name)
            if region in watcher.watching.values():
                continue  # the page asks for it by another spelling too
            region.leave(watcher)
            if not region.watchers:
                self._drop(region)

    def _drop(self, region: Region) -> None:
        del self.regions[region.key]
        self._general.discard(region)
        if region.subject:
            self._about[region.subject].discard(region)
            if not self._about[region.subject]:
                del self._about[region.subject]

    def _hear(self, messages: Sequence[Message] | None) -> None:
        if messages is None:
            for region in self.regions.values():
                region.touch()
            self._doubt_rights(watcher.viewer.actor.id for watcher in self.watchers if watcher.viewer.actor)
            return
        facts = [message for message in messages if isinstance(message, Fact)]
        for region, concerning in self._regions_for(facts):
            region.hear(concerning)
        self._doubt_rights(message.actor for message in messages if isinstance(message, RightsChanged))

    def _doubt_rights(self, actors: Iterable[str]) -> None:
        self._doubted.update(actors)
        if self._doubted:
            self._doubt.set()

    def _regions_for(self, facts: list[Fact]) -> Iterable[tuple[Region, list[Fact]]]:
        if facts:
            yield from [(region, facts) for region in self._general]
        if self._about:
            for fact in facts:
                for subject in {str(fact.subject), str(fact.root)}:
                    yield from [(region, [fact]) for region in self._about.get(subject, ())]

    async def _beat(self) -> None:
        beat = control(beat=1)
        while True:
            await asyncio.sleep(self.limits.beat_seconds)
            await self._check_rights(self.watchers)
            for watcher in list(self.watchers):
                watcher.post(beat, _now())

    async def _care(self) -> None:
        while True:
            await asyncio.sleep(self.limits.care_seconds)
            for watcher in [watcher for watcher in self.watchers if watcher.needs_care]:
                self._look_after(watcher)

    def _look_after(self, watcher: Watcher) -> None:
        if watcher.closing is not None:
            watcher.close(watcher.closing)
        elif not watcher.catch_up() and _now() - (watcher.behind_since or 0) > self.limits.behind_seconds:
            watcher.close(TRY_AGAIN_LATER)

    async def _ask_after_doubted(self) -> None:
        while True:
            await self._doubt.wait()
            self._doubt.clear()
            doubted, self._doubted = self._doubted, set()
            await self._check_rights(
                w for w in self.watchers if w.viewer.actor and w.viewer.actor.id in doubted
            )

    async def _check_rights(self, watchers: Iterable[Watcher]) -> None:
        signed_in = [(w, w.viewer.session, w.viewer.actor) for w in watchers if w.viewer.actor is not None]
        if not signed_in:
            return
        now = await self._rights.actors({session for _, session, _ in signed_in})
        for watcher, session, before in signed_in:
            actor = now.get(session)
            if actor is None:
                self._turn_out(watcher, SESSION_OVER)
            elif _reach(actor) != _reach(before):
                self._turn_out(watcher, RIGHTS_CHANGED)

    def _turn_out(self, watcher: Watcher, code: int) -> None:
        self._leave(watcher, watcher.watching)
        watcher.close(code)


def _reach(actor: Actor) -> tuple[object, ...]:
    return (actor.roles, actor.shops, actor.warehouses)


def _now() -> float:
    return asyncio.get_running_loop().time()
