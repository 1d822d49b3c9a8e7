"""`orderhub replay FILE`: sends a file through the signed door with a progress bar, and says at the end what was sent."""

from collections.abc import Mapping
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.table import Table

from orderhub.intake.replaying import files
from orderhub.intake.replaying.progress import Progress
from orderhub.intake.replaying.sender import Door, Outcome, Sender
from orderhub.intake.replaying.tally import Tally, tally
from orderhub.kernel.currencies import plain
from orderhub.rendering.catalogue import Words

_MONEY = ("paid_minor", "refunded_minor")


async def replay(
    path: Path, door: Door, *, words: Words, console: Console, state: Path | None
) -> tuple[Tally, Outcome]:
    """Replay one file to its end. ``state`` is the file that remembers how far a broken-off replay came."""
    kind = files.kind_of(path)
    messages = list(kind.read(path))
    progress = Progress(state, digest=files.digest(path), url=door.url)
    if progress.mark:
        console.print(words.text("replay.resumed", n=progress.mark))
    with _bar(console) as bar:
        sending = words.text("replay.sending", file=path.name)
        task = bar.add_task(sending, total=len(messages), completed=progress.mark)
        sender = Sender(door, progress, on_answer=lambda: bar.advance(task))
        outcome = await sender.send(messages)
    counted = tally(message.message for message in messages)
    console.print(closing(counted, outcome, currency=kind.currency, words=words))
    return counted, outcome


def closing(counted: Tally, outcome: Outcome, *, currency: str, words: Words) -> Table:
    """Return the closing count: what the file holds, and what the door answered in this run."""
    table = Table(show_header=False, box=None)
    for name, value in msgspec.structs.asdict(counted).items():
        written = plain(value, currency) if name in _MONEY else f"{value:,}"
        table.add_row(words.text(f"replay.{name}"), written)
    answers: Mapping[str, int] = {
        words.text("replay.acknowledged"): outcome.acknowledged,
        words.text("replay.retries"): outcome.retries,
        **{words.text("replay.refused", status=status): n for status, n in sorted(outcome.refused.items())},
    }
    for label, number in answers.items():
        table.add_row(label, f"{number:,}")
    return table


def _bar(console: Console) -> Bar:
    return Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
    )
