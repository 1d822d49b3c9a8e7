"""Meters: plain numbers that a process keeps of its own work, and tells when somebody asks.

Counting is an addition in a dict, and what is only true at a moment (how many wait) is asked for then. Nothing is locked, as
one loop does the work of a process; and nothing here knows in which shape the numbers are told.
"""

import logging
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, Literal, TypeAlias

import msgspec

logger = logging.getLogger(__name__)

Labels: TypeAlias = tuple[str, ...]
Kind: TypeAlias = Literal["counter", "gauge", "histogram"]

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
SIZES = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0)


class Family(msgspec.Struct, frozen=True, array_like=True):
    """What a meter says: a value for each set of labels; a histogram: how many lie in each bucket, and their sum."""

    name: str
    kind: Kind
    means: str
    labels: Labels
    samples: Sequence[tuple[Labels, Sequence[float]]]
    bounds: Sequence[float] = ()


class Meter:
    """One name for numbers of this process. Labels come from lists of ours, never from what a stranger sent."""

    kind: ClassVar[Kind]

    def __init__(self, name: str, means: str, *labels: str) -> None:
        if name in _known:
            raise ValueError(f"expected one meter of a name, got {name} twice")
        self.name, self.means, self.labels = name, means, labels
        _known[name] = self

    def told(self) -> Family:
        """Return what it says now."""
        return Family(self.name, self.kind, self.means, self.labels, self._samples())

    def _samples(self) -> Sequence[tuple[Labels, Sequence[float]]]:
        raise NotImplementedError


class Counter(Meter):
    """Something that happens."""

    kind: ClassVar[Kind] = "counter"

    def __init__(self, name: str, means: str, *labels: str) -> None:
        super().__init__(name, means, *labels)
        self.counts: defaultdict[Labels, float] = defaultdict(float)
        if not labels:
            self.counts[()] = 0.0

    def add(self, *labels: str) -> None:
        """Count it once more."""
        self.counts[labels] += 1

    def _samples(self) -> Sequence[tuple[Labels, Sequence[float]]]:
        return [(labels, (count,)) for labels, count in self.counts.items()]


class Observed:
    """What was observed under one set of labels."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: Sequence[float]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def observe(self, value: float) -> None:
        """Put a value into its bucket."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value


class Histogram(Meter):
    """How long something took, or how large it was, by buckets."""

    kind: ClassVar[Kind] = "histogram"

    def __init__(self, name: str, means: str, *labels: str, bounds: Sequence[float] = SECONDS) -> None:
        super().__init__(name, means, *labels)
        self._bounds = bounds
        self._observed: dict[Labels, Observed] = {}

    def of(self, *labels: str) -> Observed:
        """Return what is observed under these labels."""
        known = self._observed.get(labels)
        if known is None:
            known = self._observed[labels] = Observed(self._bounds)
        return known

    def told(self) -> Family:
        """Return what it says now."""
        samples = [(labels, (*seen.counts, seen.total)) for labels, seen in self._observed.items()]
        return Family(self.name, self.kind, self.means, self.labels, samples, self._bounds)


class Gauge(Meter):
    """Something that is asked for when it is told: a number, or one for each set of labels."""

    kind: ClassVar[Kind] = "gauge"

    def __init__(self, name: str, means: str, *labels: str) -> None:
        super().__init__(name, means, *labels)
        self._source: Callable[[], float | Mapping[Labels, float]] = dict

    def ask(self, source: Callable[[], float | Mapping[Labels, float]]) -> None:
        """Ask here from now on."""
        self._source = source

    def _samples(self) -> Sequence[tuple[Labels, Sequence[float]]]:
        said = self._source()
        by_labels = said if isinstance(said, Mapping) else {(): said}
        return [(labels, (float(value),)) for labels, value in by_labels.items()]


_known: dict[str, Meter] = {}


def told() -> list[Family]:
    """Return what all meters of this process say; one that cannot say anything is left out, and the log tells why."""
    families = []
    for meter in _known.values():
        try:
            families.append(meter.told())
        except Exception:
            logger.exception("the meter %s says nothing", meter.name)
    return families
