"""`orderhub replay FILE`: sends a file through the signed door with a progress bar, and counts at the end.

Counted is what the file holds and, where its database is in reach, what the hub holds: the two must be the same.
"""

from collections.abc import Awaitable, Callable, Collection
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.table import Table

from orderhub.intake.replaying import files
from orderhub.intake.replaying.delivering import Door, knock
from orderhub.intake.replaying.progress import Progress
from orderhub.intake.replaying.sender import Outcome, Sender
from orderhub.intake.replaying.tally import Tally, tally
from orderhub.rendering.catalogue import Words
from orderhub.rendering.currencies import plain

_MONEY = ("paid_minor", "refunded_minor")

# Counts the orders of these numbers in the hub itself.
Held = Callable[[Collection[str]], Awaitable[Tally]]


class Replay(msgspec.Struct, frozen=True, kw_only=True):
    """How a replay ended: what the file holds, what the hub holds (None: out of reach), what the door answered."""

    file: Tally
    hub: Tally | None
    outcome: Outcome

    @property
    def is_whole(self) -> bool:
        """Tell whether all arrived, as far as one can tell."""
        return self.hub in (None, self.file) and not self.outcome.refused


async def replay(
    path: Path,
    door: Door,
    *,
    words: Words,
    console: Console,
    state: Path | None,
    held: Held | None = None,
) -> Replay:
    """Replay one file to its end. ``state`` is the file that remembers how far a broken-off replay came."""
    kind = files.kind_of(path)
    await knock(door)
    messages = list(kind.read(path))
    progress = Progress(state, digest=files.digest(path), url=door.url)
    if progress.mark:
        console.print(words.text("replay.resumed", n=progress.mark))
    with _bar(console) as bar:
        sending = words.text("replay.sending", file=path.name)
        task = bar.add_task(sending, total=len(messages), completed=progress.mark)
        sender = Sender(door, progress, on_answer=lambda: bar.advance(task))
        outcome = await sender.send(messages)
    file = tally(message.message for message in messages)
    numbers = {message.message.order.number for message in messages}
    ended = Replay(file=file, hub=await held(numbers) if held is not None else None, outcome=outcome)
    console.print(closing(ended, currency=kind.currency, words=words))
    if ended.hub is not None:
        console.print(words.text("replay.same" if ended.hub == ended.file else "replay.different"))
    return ended


def closing(ended: Replay, *, currency: str, words: Words) -> Table:
    """Return the closing count: what the file holds, what the hub holds, and what the door answered in this run."""
    table = Table(box=None, show_header=ended.hub is not None)
    table.add_column()
    for name in ("file", "hub") if ended.hub is not None else ("file",):
        table.add_column(words.text(f"replay.{name}"), justify="right")
    for field in Tally.__struct_fields__:
        counts = [tally for tally in (ended.file, ended.hub) if tally is not None]
        table.add_row(words.text(f"replay.{field}"), *(_written(field, tally, currency) for tally in counts))
    outcome = ended.outcome
    table.add_row(words.text("replay.acknowledged"), f"{outcome.acknowledged:,}")
    table.add_row(words.text("replay.retries"), f"{outcome.retries:,}")
    for status, number in sorted(outcome.refused.items()):
        table.add_row(words.text("replay.refused", status=status), f"{number:,}")
    return table


def _written(field: str, counted: Tally, currency: str) -> str:
    value = getattr(counted, field)
    return plain(value, currency) if field in _MONEY else f"{value:,}"


def _bar(console: Console) -> Bar:
    return Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
    )
