"""Paths into a JSON message: ``data.order.id``, ``items[0].sku``, ``items[]`` for each element of a list.

``\\.`` stands for a full stop inside a key. Within the parts of a list a path starts at the element, and at the whole
message if it begins with ``$.``; ``$`` alone is the whole message. A null is as good as nothing.
"""

import re
from collections.abc import Callable
from operator import methodcaller
from typing import Any, Final

Step = str | int
Finder = Callable[[Any], Any]

EACH: Final = -1
ROOT: Final = "$"

_SEGMENT = re.compile(r"(?P<key>(?:\\.|[^.\[\]\\])+)?(?P<indexes>(?:\[\d{0,4}\])*)")
_INDEX = re.compile(r"\[(\d*)\]")
_SPLIT = re.compile(r"(?<!\\)\.")


class BadPath(ValueError):
    """The text is not a path."""


def parse(path: str) -> tuple[Step, ...]:
    """Return the steps of a path: keys, positions in lists, and ``EACH``."""
    if path == ROOT:
        return ()
    steps: list[Step] = []
    for number, segment in enumerate(_SPLIT.split(path.removeprefix(f"{ROOT}."))):
        found = _SEGMENT.fullmatch(segment)
        if found is None or not (found["key"] or (found["indexes"] and number == 0)):
            raise BadPath(path)
        if found["key"]:
            steps.append(re.sub(r"\\(.)", r"\1", found["key"]))
        steps += [int(index) if index else EACH for index in _INDEX.findall(found["indexes"])]
    return tuple(steps)


def is_absolute(path: str) -> bool:
    """Say whether a path starts at the whole message wherever it stands."""
    return path == ROOT or path.startswith(f"{ROOT}.")


def finder(steps: tuple[Step, ...]) -> Finder:
    """Compile steps without ``EACH`` into a function of the object where they start: what is there, or None."""
    return _key_finder(steps) if all(isinstance(step, str) for step in steps) else _step_finder(steps)


def elements(path: str) -> Callable[[Any], list[Any]]:
    """Compile the path of a list's parts. Raises TypeError for what is no list where the path says ``[]``."""
    steps = parse(path)
    if steps[-1:] == (EACH,) and EACH not in steps[:-1]:
        return _list_finder(finder(steps[:-1]))

    def find(root: Any) -> list[Any]:
        found = [root]
        for step in steps:
            if step == EACH:
                found = [item for value in found for item in _items(value)]
            else:
                found = [below for value in found if (below := _inside(value, step)) is not None]
        return found

    return find


def _list_finder(find_list: Finder) -> Callable[[Any], list[Any]]:
    def find(root: Any) -> list[Any]:
        found = find_list(root)
        return [] if found is None else found if type(found) is list else _items(found)

    return find


def _key_finder(steps: tuple[Any, ...]) -> Finder:
    if len(steps) == 1:
        return methodcaller("get", *steps)

    def find(value: Any) -> Any:
        # Only an object can be subscripted with a key: a list and a string answer with TypeError.
        try:
            for step in steps:
                value = value[step]
        except (KeyError, TypeError):
            return None
        return value

    return find


def _step_finder(steps: tuple[Step, ...]) -> Finder:
    def find(value: Any) -> Any:
        for step in steps:
            value = _inside(value, step)
        return value

    return find


def _inside(value: Any, step: Step) -> Any:
    if isinstance(step, str):
        return value.get(step) if isinstance(value, dict) else None
    return value[step] if isinstance(value, list) and step < len(value) else None


def _items(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(value)
    return value
