"""A row of the budget: what was measured, against what, and whether it holds."""

import statistics
from collections.abc import Sequence
from typing import Any

import msgspec

_BLOCK = 50  # rounds
_WORDS = (0, 1, 4)  # columns of words; the others are figures


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One measured thing. ``budget`` bounds value / ceiling from above, or from below where more is better.

    ``ceilings`` names the files in tests/bench/ceilings that the ceiling came from; none where it is the hub itself on
    less data. ``more`` is whatever else belongs into build/bench.json.
    """

    what: str
    value: float
    ceiling: float
    unit: str
    budget: float
    at_most: bool = True
    ceilings: tuple[str, ...] = ()
    more: dict[str, Any] = {}

    @property
    def ratio(self) -> float:
        return self.value / self.ceiling if self.ceiling else float("inf")

    @property
    def holds(self) -> bool:
        return self.ratio <= self.budget if self.at_most else self.ratio >= self.budget

    @property
    def must(self) -> str:
        return f"{'≤' if self.at_most else '≥'} {self.budget:g}"

    def told(self) -> dict[str, Any]:
        """Return the row as it stands in build/bench.json."""
        plain = {"what": self.what, "value": round(self.value, 4), "ceiling": round(self.ceiling, 4)}
        judged = {"ratio": round(self.ratio, 4), "unit": self.unit, "budget": self.budget, "must": self.must}
        return plain | judged | {"holds": self.holds} | self.more


def table(rows: Sequence[tuple[str, Row]]) -> str:
    """Return the rows of all benchmarks as a table for people."""
    head = ("name", "what", "value", "ceiling", "unit", "ratio", "must be", "holds")
    cells = [
        (name, r.what, f"{r.value:.2f}", f"{r.ceiling:.2f}", r.unit, f"{r.ratio:.2f}", r.must, _yes(r))
        for name, r in rows
    ]
    widths = [max(len(row[column]) for row in (head, *cells)) for column in range(len(head))]
    return "\n".join(_line(row, widths) for row in (head, tuple("-" * width for width in widths), *cells))


def compared(
    what: str,
    samples: Sequence[float],
    ceiling: Sequence[float],
    *,
    budget: float,
    more: dict[str, Any] | None = None,
) -> Row:
    """Return a row of 95th percentiles of milliseconds, of the quietest block of rounds; medians are over all of them.

    On a shared machine a burst of foreign work lifts every percentile of the minute it falls into.
    """
    blocks = [
        (_p95(samples[n : n + _BLOCK]), _p95(ceiling[n : n + _BLOCK])) for n in range(0, len(samples), _BLOCK)
    ]
    value, base = min(blocks, key=sum)
    medians = {"median": statistics.median(samples), "median_ceiling": statistics.median(ceiling)}
    whole = {"p95_of_all": _p95(samples), "p95_of_all_ceiling": _p95(ceiling)}
    told = {
        "rounds": len(samples),
        **{name: round(ms, 4) for name, ms in (medians | whole).items()},
        **(more or {}),
    }
    return Row(what=what, value=value, ceiling=base, unit="ms p95", budget=budget, more=told)


def _p95(samples: Sequence[float]) -> float:
    return statistics.quantiles(samples, n=20, method="inclusive")[-1]


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    padded = (
        f"{text:<{width}}" if column in _WORDS else f"{text:>{width}}"
        for column, (text, width) in enumerate(zip(row, widths, strict=True))
    )
    return "  ".join(padded).rstrip()


def _yes(row: Row) -> str:
    return "yes" if row.holds else "NO"
