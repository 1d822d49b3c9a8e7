"""`orderhub load`: runs a rehearsal with a bar that moves, cancels its orders, and says what came of them.

Ctrl-C ends it early: no more orders come, those on their way are waited for, and the report is of what there was. A second
one ends it at once.
"""

import asyncio
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from uuid import uuid4

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from orderhub.intake.generic.shape import Message, Order
from orderhub.intake.load.arrived import Held, arrived
from orderhub.intake.load.orders import Good, Orders
from orderhub.intake.load.report import Report, applied, report
from orderhub.intake.load.running import Answered, Run
from orderhub.intake.replaying import progress
from orderhub.intake.replaying.delivering import Door, knock
from orderhub.intake.replaying.replayed import Replayed
from orderhub.intake.replaying.sender import Sender
from orderhub.kernel import clock
from orderhub.rendering.catalogue import Words

_COUNTED = ("lost", "twice", "wrong_amount", "unheard")


class Rehearsal(msgspec.Struct, frozen=True, kw_only=True):
    """What to rehearse, and where. ``held`` looks into the hub afterwards; None where nobody can."""

    door: Door
    goods: Sequence[Good]
    currency: str | None
    held: Held | None
    count: int
    rate: float
    paid: bool = False
    keep: bool = False


async def rehearse(what: Rehearsal, *, words: Words, console: Console) -> Report:
    """Rehearse, and show it."""
    await knock(what.door)
    name = run_name(clock.now())
    orders = Orders(name, what.goods, currency=what.currency, paid=what.paid)
    console.print(words.text("load.begins", name=name, url=what.door.url))
    stop = asyncio.Event()
    with _stopped_by_hand(stop):
        run = await _run(what, orders, stop, words, console)
        ended = report(run, name=name, url=what.door.url, broken_off=stop.is_set())
        taken = applied(run.answered)
        if what.held is not None:
            found = await arrived(run.answered, taken, what.held)
            ended = msgspec.structs.replace(ended, arrived=found)
        if not what.keep:
            ended = msgspec.structs.replace(ended, cancelled=await _cancel(what.door, taken, words, console))
    return ended


def run_name(now: datetime) -> str:
    """Return a name that no other run has, and that tells when it was."""
    return f"{now:%m%d%H%M}-{uuid4().hex[:8]}"


def closing(ended: Report, words: Words) -> Table:
    """Return the report as a table for people."""
    table = Table(box=None, show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for key, value in _rows(ended):
        table.add_row(words.text(f"load.{key}"), value)
    for kind in ("again", "kept_waiting", "refused"):
        for said, number in sorted(getattr(ended, kind).items()):
            table.add_row(words.text(f"load.{kind}", said=said), f"{number:,}")
    return table


def verdict(ended: Report) -> str:
    """Return the key of the sentence that sums it up."""
    if not ended.is_whole:
        return "load.trouble"
    return "load.whole" if ended.arrived is not None else "load.not_looked"


def _rows(ended: Report) -> Iterator[tuple[str, str]]:
    yield "came", f"{ended.came:,}"
    yield "came_rate", f"{ended.came_rate:,}"
    yield "acknowledged", f"{ended.acknowledged:,}"
    yield "acknowledged_rate", f"{ended.acknowledged_rate:,}"
    for field, value in (msgspec.structs.asdict(ended.latency) if ended.latency else {}).items():
        yield field, f"{value:,.1f}"
    yield "most_waiting", f"{ended.most_waiting:,}"
    if ended.unanswered:
        yield "unanswered", f"{ended.unanswered:,}"
    if ended.arrived is not None:
        yield "arrived", f"{ended.arrived.orders:,}"
        for field in _COUNTED:
            yield field, f"{getattr(ended.arrived, field):,}"
    if ended.cancelled is not None:
        yield "cancelled", f"{ended.cancelled:,}"


async def _run(what: Rehearsal, orders: Orders, stop: asyncio.Event, words: Words, console: Console) -> Run:
    with _bar(console) as bar:
        task = bar.add_task(words.text("load.running"), total=what.count, said="")
        run = Run(
            what.door,
            orders,
            count=what.count,
            rate=what.rate,
            on_change=lambda: _show(bar, task, run, words),
        )
        await run.go(stop)
    return run


def _show(bar: Progress, task: TaskID, run: Run, words: Words) -> None:
    said = words.text("load.now", waiting=run.waiting, again=run.again.total())
    bar.update(task, completed=len(run.answered), said=said)


async def _cancel(door: Door, taken: Sequence[Answered], words: Words, console: Console) -> int:
    """Cancel what was ordered, through the same door, and return how many of these messages were taken."""
    messages = [_cancellation(one.order.number) for one in taken]
    with _bar(console) as bar:
        task = bar.add_task(words.text("load.cancelling"), total=len(messages), said="")
        nowhere = progress.Progress(None, digest="", url="")
        outcome = await Sender(door, nowhere, on_answer=lambda: bar.advance(task)).send(messages)
    return outcome.acknowledged


def _cancellation(number: str) -> Replayed:
    now = clock.now()
    message = Message(order=Order(number=number, updated_at=now, status="cancelled"))
    return Replayed(message_id=f"{number}-cancelled", at=now, message=message)


@contextmanager
def _stopped_by_hand(stop: asyncio.Event) -> Iterator[None]:
    """Let the first Ctrl-C set ``stop``; the second is an ordinary one."""
    loop = asyncio.get_running_loop()

    def first() -> None:
        stop.set()
        loop.remove_signal_handler(signal.SIGINT)

    with suppress(NotImplementedError, RuntimeError):  # not on Windows, and not in a thread
        loop.add_signal_handler(signal.SIGINT, first)
    try:
        yield
    finally:
        with suppress(NotImplementedError, RuntimeError):
            loop.remove_signal_handler(signal.SIGINT)


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[said]}"),
        console=console,
    )
