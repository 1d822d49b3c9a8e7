"""Paths into a JSON message: ``data.order.id``, ``items[0].sku``, ``items[]`` for each element of a list.

``\\.`` stands for a full stop inside a key. Within the parts of a list a path starts at the element, and at the whole
message if it begins with ``$.``; ``$`` alone is the whole message. A null is as good as nothing.
"""

import re
from collections.abc import Callable
from typing import Any, Final

Step = str | int
Getter = Callable[[Any, Any], Any]

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


def getter(path: str) -> Getter:
    """Compile a path without ``[]`` into a function of (message, element), which returns None where nothing is."""
    steps, from_root = parse(path), is_absolute(path)
    keys_only = all(isinstance(step, str) for step in steps)
    return _key_getter(steps, from_root) if keys_only else _step_getter(steps, from_root)


def elements(path: str) -> Callable[[Any], list[Any]]:
    """Compile the path of a list's parts. Raises TypeError for what is no list where the path says ``[]``."""
    steps = parse(path)
    if steps[-1:] == (EACH,) and EACH not in steps[:-1]:
        return _list_getter(getter(path.removesuffix("[]") or ROOT))

    def find(root: Any) -> list[Any]:
        found = [root]
        for step in steps:
            if step == EACH:
                found = [item for value in found for item in _items(value)]
            else:
                found = [below for value in found if (below := _inside(value, step)) is not None]
        return found

    return find


def _list_getter(get: Getter) -> Callable[[Any], list[Any]]:
    def find(root: Any) -> list[Any]:
        found = get(root, root)
        return [] if found is None else _items(found)

    return find


def _key_getter(steps: tuple[Any, ...], from_root: bool) -> Getter:
    def get(root: Any, element: Any) -> Any:
        value = root if from_root else element
        # Only an object can be subscripted with a key: a list and a string answer with TypeError.
        try:
            for step in steps:
                value = value[step]
        except (KeyError, TypeError):
            return None
        return value

    return get


def _step_getter(steps: tuple[Step, ...], from_root: bool) -> Getter:
    def get(root: Any, element: Any) -> Any:
        value = root if from_root else element
        for step in steps:
            value = _inside(value, step)
        return value

    return get


def _inside(value: Any, step: Step) -> Any:
    if isinstance(step, str):
        return value.get(step) if isinstance(value, dict) else None
    return value[step] if isinstance(value, list) and step < len(value) else None


def _items(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(value)
    return value
