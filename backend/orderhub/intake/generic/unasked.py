"""What a message holds beyond what its mapping asks for: kept under the same paths, so nothing is silently dropped."""

from collections.abc import Iterable
from typing import Any

from orderhub.intake.generic.paths import EACH, Step


class Asked:
    """One level of what a mapping asks for: every step it takes from here, and those that lead further down."""

    __slots__ = ("below", "steps")

    def __init__(self) -> None:
        self.steps: set[Step] = set()
        self.below: dict[Step, Asked] = {}


def asked(paths: Iterable[tuple[Step, ...]]) -> Asked:
    """Build the tree of everything a mapping asks for."""
    tree = Asked()
    for steps in paths:
        node = tree
        for step, further in zip(steps, (*steps[1:], None), strict=True):
            node.steps.add(step)
            if further is not None:
                node = node.below.setdefault(step, Asked())
    return tree


def unasked(value: Any, tree: Asked) -> Any:
    """Return what the tree does not ask for, or None. Other elements of a list keep their places as empty objects."""
    if not isinstance(value, dict):
        return _of_list(value, tree) if isinstance(value, list) else value
    # Nearly every object holds just what is asked for: to see that costs less than to look for what else it holds.
    kept = {} if tree.steps.issuperset(value) else _others(value, tree)
    for step, below in tree.below.items():
        found = value.get(step)
        if found is not None and (left := unasked(found, below)) is not None:
            kept[step] = left
    return kept or None


def _others(value: dict[Any, Any], tree: Asked) -> dict[Any, Any]:
    return {key: item for key, item in value.items() if key not in tree.steps}


def _of_list(value: list[Any], tree: Asked) -> list[Any] | None:
    if EACH in tree.steps:
        below = tree.below.get(EACH)
        kept = [unasked(item, below) for item in value] if below is not None else []
    else:
        kept = [_at(position, item, tree) for position, item in enumerate(value)]
    return [{} if item is None else item for item in kept] if any(kept) else None


def _at(position: int, item: Any, tree: Asked) -> Any:
    if position not in tree.steps:
        return item
    below = tree.below.get(position)
    return unasked(item, below) if below is not None else None
