"""A region: one rendering of a view and the sockets of this process that watch it.

The first change renders at once. Changes during a rendering, or within 30 ms of it, fold into the next; where showing it
to everybody takes longer than that, the pause is as long as the showing was, so that half of the time is left to others.
"""

import asyncio
import logging
from contextvars import Context

from orderhub.kernel import views
from orderhub.kernel.bus import Fact
from orderhub.kernel.errors import NotFound
from orderhub.kernel.views import Key, Rendered, View
from orderhub.live.watcher import SESSION_OVER, Watcher
from orderhub.live.wire import Frame, control

logger = logging.getLogger(__name__)

FOLD_SECONDS = 0.030
_RETRY_SECONDS = 1.0
_SLICE = 500  # sockets served before the loop may turn to something else


class Region:
    """Renders when touched, while anybody watches."""

    def __init__(self, key: Key, kitchen: asyncio.Semaphore) -> None:
        self.key = key
        self.view: View = views.view(key.name)
        self.params = dict(key.params)
        self.watchers: dict[Watcher, int] = {}
        self._kitchen = kitchen
        self._clock = asyncio.get_running_loop().time
        self._next_at = 0.0
        self._dirty = False
        self._rendering = False
        self._later: list[Fact] = []
        self._work: asyncio.Task[None] | None = None
        self._shown: tuple[Rendered, Frame] | None = None

    @property
    def subject(self) -> str | None:
        """Return the id of the subject or root it is about, where it is about one."""
        return self.params.get(self.view.subject) if self.view.subject else None

    @property
    def is_idle(self) -> bool:
        """Tell whether nothing is being rendered or waits to be."""
        return not self._dirty and self._work is None

    def join(self, watcher: Watcher, number: int) -> None:
        """Let a socket watch, whose page shows the version of this number; send what is newer."""
        self.watchers[watcher] = number
        if self._shown is not None:
            self._send(watcher, self._shown)
        elif self.is_idle:
            self.touch()

    def leave(self, watcher: Watcher) -> None:
        """Let a socket watch no longer."""
        self.watchers.pop(watcher, None)

    def hear(self, facts: list[Fact]) -> None:
        """Render anew if one of the facts concerns what is shown."""
        if self._dirty or not (concerning := [fact for fact in facts if self._is_touched_by(fact)]):
            return
        if self._rendering:
            self._later += concerning  # the rendering may turn out to hold them already
        else:
            self.touch()

    def touch(self) -> None:
        """Render anew, now or as soon as the fold allows."""
        self._dirty = True
        if self._work is None:
            # An empty context: the change may have been heard inside somebody's request.
            self._work = asyncio.get_running_loop().create_task(self._render_while_dirty(), context=Context())

    def _is_touched_by(self, fact: Fact) -> bool:
        known = self._shown is not None and fact.changed and self._shown[0].snapshot.holds(fact.changed)
        return not known and self.view.concerns(fact, self.params, self.key.scope)

    async def _render_while_dirty(self) -> None:
        try:
            while self._dirty and self.watchers:
                await asyncio.sleep(max(0.0, self._next_at - self._clock()))
                if rendered := await self._render():
                    await self._show(rendered)
                later, self._later = self._later, []
                self.hear(later)
        finally:
            self._work = None

    async def _render(self) -> Rendered | None:
        async with self._kitchen:
            self._dirty, self._rendering = False, True
            try:
                return await views.render(self.key)
            except NotFound:
                self._shown = None
                self._say_unknown()
            except Exception:
                logger.exception("view %s was not rendered; it is tried again", self.key.name)
                self._dirty = True
                self._next_at = self._clock() + _RETRY_SECONDS
            finally:
                self._rendering = False
        return None

    async def _show(self, rendered: Rendered) -> None:
        frame = Frame(rendered.html)
        self._shown = rendered, frame
        number, known = rendered.snapshot.number, self.watchers
        started = self._clock()
        everybody = list(known)
        for begin in range(0, len(everybody), _SLICE):
            now = self._clock()
            for watcher in everybody[begin : begin + _SLICE]:
                # One that left has no number; one that joined meanwhile was sent this by ``join``.
                if known.get(watcher, number) < number:
                    known[watcher] = number
                    watcher.post(frame, now)
            await asyncio.sleep(0)
        self._next_at = started + max(FOLD_SECONDS, 2 * (self._clock() - started))

    def _send(self, watcher: Watcher, shown: tuple[Rendered, Frame]) -> None:
        rendered, frame = shown
        if self.watchers[watcher] < rendered.snapshot.number:
            self.watchers[watcher] = rendered.snapshot.number
            watcher.post(frame, self._clock())

    def _say_unknown(self) -> None:
        for watcher in list(self.watchers):
            if watcher.viewer.actor is None:
                watcher.close(SESSION_OVER)  # what opened the door to them is gone
                continue
            names = [name for name, region in watcher.watching.items() if region is self]
            watcher.post(control(unknown=names), self._clock())
