"""Flows: the stages a kind of subject can be in, and the moves between them.

The skeleton stands in code, in each domain's ``flow.py``, and is registered here at import.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

import msgspec

from orderhub.kernel.postgres import Transaction

if TYPE_CHECKING:
    from orderhub.kernel.moves import Moving
    from orderhub.kernel.work import Work

Tone = Literal["shop", "ware", "ship", "cust", "fin", "serv", "bad", "warn"]
Step = Callable[["Work", Sequence["Moving"]], Awaitable[None]]
Reader = Callable[[Transaction, Sequence[UUID]], Awaitable[Mapping[UUID, Mapping[str, Any]]]]


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """A place in a flow. ``role`` owns whatever stands here and has ``limit_minutes`` to move it on.

    ``working_hours`` counts the limit in the opening hours of the subject's warehouse. A ``rolled_up`` stage is
    that of the least advanced child; a ``final`` one is never left by itself.
    """

    name: str
    tone: Tone
    icon: str
    role: str | None = None
    limit_minutes: int | None = None
    working_hours: bool = False
    rolled_up: bool = False
    final: bool = False


class Transition(msgspec.Struct, frozen=True, kw_only=True):
    """A move that the flow allows, and to whom: roles of people, or the kinds channel, carrier, system.

    Guards refuse, effects act; both see the whole batch. ``asks`` names what the person is asked for (waybill).
    ``with_children`` puts the children into the closure, because an effect or a reaction moves them too.
    """

    name: str
    sources: tuple[str, ...]
    target: str
    roles: tuple[str, ...]
    icon: str = "next"
    asks: tuple[str, ...] = ()
    guards: tuple[Step, ...] = ()
    effects: tuple[Step, ...] = ()
    with_children: bool = False


class Flow(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """The life of one kind of subject, from its first stage to its final ones.

    ``tracked`` reads the columns that only the ledger may explain, for ``orderhub verify``; ``audits`` are what else
    must hold, by what is wrong where a row (of one text) comes back. ``rolls_up`` names the
    kind of the children whose stages this kind mirrors, between ``rolls_up_from`` and its own final stages.
    """

    kind: str
    stages: tuple[Stage, ...]
    transitions: tuple[Transition, ...]
    tracked: Reader | None = None
    audits: Mapping[str, str] = {}
    rolls_up: str | None = None
    rolls_up_from: str | None = None

    def stage(self, name: str) -> Stage:
        """Return a stage by its name."""
        return self.stages[self._ranks[name]]

    def rank(self, name: str) -> int:
        """Return how far along the flow a stage lies."""
        return self._ranks[name]

    @cached_property
    def _ranks(self) -> Mapping[str, int]:
        return {stage.name: rank for rank, stage in enumerate(self.stages)}

    def transition(self, name: str, *, source: str) -> Transition | None:
        """Return the move of that name out of a stage, if the flow has it."""
        return next((t for t in self.transitions if t.name == name and source in t.sources), None)

    def leaving(self, source: str) -> tuple[Transition, ...]:
        """Return every move out of a stage."""
        return tuple(t for t in self.transitions if source in t.sources)


_flows: dict[str, Flow] = {}
_reactions: dict[tuple[str, str], list[Step]] = {}


def register(flow: Flow) -> Flow:
    """Make a kind of subject known. Every name in a transition must be a stage of the flow."""
    names = {stage.name for stage in flow.stages}
    for transition in flow.transitions:
        if unknown := {*transition.sources, transition.target} - names:
            raise ValueError(
                f"{flow.kind}.{transition.name}: expected stages of the flow, got {sorted(unknown)}"
            )
    _flows[flow.kind] = flow
    return flow


def flow(kind: str) -> Flow:
    """Return the flow of a kind of subject."""
    return _flows[kind]


def all_flows() -> Mapping[str, Flow]:
    """Return every registered flow, by kind."""
    return dict(_flows)


def reacts(kind: str, *, to: str) -> Callable[[Step], Step]:
    """Register what another domain does, within the same transaction, when a subject enters a stage.

    ``to`` may also name something else that befalls a subject and that its domain announces (``revised``).
    """

    def keep(step: Step) -> Step:
        _reactions.setdefault((kind, to), []).append(step)
        return step

    return keep


def reactions(kind: str, to: str) -> Sequence[Step]:
    """Return what happens elsewhere when this befalls a subject of this kind."""
    return _reactions.get((kind, to), ())


def reaction_map() -> Mapping[tuple[str, str], Sequence[str]]:
    """Return the whole map of reactions, (kind, stage) to the functions' full names, for people to read."""
    return {place: [f"{s.__module__}.{s.__qualname__}" for s in steps] for place, steps in _reactions.items()}
