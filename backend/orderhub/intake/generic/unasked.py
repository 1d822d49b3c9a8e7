"""What a message holds beyond what its mapping asks for: kept under the same paths, so nothing is silently dropped."""

from collections.abc import Callable, Iterable
from typing import Any

from orderhub.intake.generic.paths import EACH, Step

Unasked = Callable[[Any], Any]
_Tree = dict[Step, "_Tree"]
_Below = dict[Step, Unasked]


def unasked(paths: Iterable[tuple[Step, ...]]) -> Unasked:
    """Compile all that a mapping asks for into a function of a message: it returns what nobody asks for, or None.

    In a list, elements that hold nothing else keep their places as empty objects.
    """
    tree: _Tree = {}
    for steps in paths:
        node = tree
        for step in steps:
            node = node.setdefault(step, {})
    return _below(tree)


def _below(tree: _Tree) -> Unasked:
    """Compile one level: whoever leads no further is asked for whole."""
    asked, below = frozenset(tree), {step: _below(further) for step, further in tree.items() if further}
    of_list = _of_each(below.get(EACH)) if EACH in asked else _of_positions(asked, below)
    deeper = tuple(below.items())

    def find(value: Any) -> Any:
        if type(value) is not dict:
            return of_list(value) if isinstance(value, list) else value
        # Nearly every object holds just what is asked for: that is seen at once, and nothing is made for it.
        kept = None if asked.issuperset(value) else {key: value[key] for key in value if key not in asked}
        for step, find_below in deeper:
            found = value.get(step)
            if found is not None and (left := find_below(found)) is not None:
                kept = (kept or {}) | {step: left}
        return kept

    return find


def _of_each(find: Unasked | None) -> Callable[[list[Any]], Any]:
    return lambda value: _in_places([find(item) for item in value]) if find is not None else None


def _of_positions(asked: frozenset[Step], below: _Below) -> Callable[[list[Any]], Any]:
    def at(position: int, item: Any) -> Any:
        if position not in asked:
            return item
        return below[position](item) if position in below else None

    return lambda value: _in_places([at(position, item) for position, item in enumerate(value)])


def _in_places(kept: list[Any]) -> list[Any] | None:
    return [{} if item is None else item for item in kept] if any(kept) else None
