"""Where in a message the fields of a part stand: in one object of it, or in each element of a list."""

from collections import Counter
from typing import Any

import msgspec

from orderhub.intake.generic.mapping import Source
from orderhub.intake.generic.notes import Notes
from orderhub.intake.generic.paths import Finder, Step, elements, finder, is_absolute, parse
from orderhub.intake.reasons import Code, kind_of


class Place(msgspec.Struct, gc=False):
    """The whole message and the object at hand. An element of a list has its path and position, for people to find it."""

    root: Any
    object: Any
    path: str = ""
    position: int = 0

    @property
    def name(self) -> str:
        """How the element is called: ``order.lines[2]``."""
        before, bracket, after = self.path.rpartition("[]")
        return f"{before}[{self.position}]{after}" if bracket else self.path

    def called(self, label: str) -> str:
        """Return the full path of a label below this place."""
        return label if not self.path or is_absolute(label) else f"{self.name}.{label}"


class Home:
    """Objects that fields stand in: most of what is asked for is one key of theirs, and the path to them walked once."""

    def __init__(self, home: tuple[Step, ...], *, start: tuple[Step, ...]) -> None:
        self._home, self._start = home, start

    def steps(self, path: str) -> tuple[Step, ...]:
        """Return the steps of a path, from the root of the message."""
        return parse(path) if is_absolute(path) else (*self._start, *parse(path))

    def key(self, path: str) -> str | None:
        """Return the key under which the object itself holds what the path leads to; None if that lies elsewhere."""
        *above, last = self.steps(path) or (0,)
        return last if isinstance(last, str) and tuple(above) == self._home else None

    def finder(self, path: str) -> Finder:
        """Compile a path into a function of a place."""
        find = finder(parse(path))
        if self._start and not is_absolute(path):
            return lambda place: find(place.object)
        return lambda place: find(place.root)


class One(Home):
    """The one object of a message that most fields of a part stand in."""

    def __init__(self, *sources: Source | None) -> None:
        above = Counter(parse(source)[:-1] for source in sources if isinstance(source, str))
        home = max(above, key=above.__getitem__, default=())
        super().__init__(home, start=())
        self._find = finder(home)

    def place(self, root: dict[str, Any]) -> Place:
        """Return where to look; what is no object holds nothing."""
        found = self._find(root)
        return Place(root, found if isinstance(found, dict) else {})


class Each(Home):
    """The elements of one repeated part, each with its name for people (``order.lines[2]``)."""

    def __init__(self, path: str, limit: int) -> None:
        super().__init__(parse(path), start=parse(path))
        self.repeats = path.endswith("]") or "[]" in path
        self._path, self._limit, self._find = path, limit, elements(path)

    def places(self, root: dict[str, Any], notes: Notes) -> list[Place]:
        """Return where each element stands; what is no list or no object is noted."""
        try:
            found = self._find(root)
        except TypeError as wrong:
            notes.add(Code.WRONG_TYPE, self._path, expected="array", got=kind_of(wrong.args[0]))
            return []
        if not found:
            return []
        if len(found) > self._limit:
            notes.add(Code.TOO_MANY, self._path, expected=f"≤ {self._limit}", got=str(len(found)))
            return []
        return [
            Place(root, element, self._path, position)
            for position, element in enumerate(found)
            if isinstance(element, dict) or self._refuse(element, position, notes)
        ]

    def _refuse(self, element: Any, position: int, notes: Notes) -> bool:
        name = Place(None, None, self._path, position).name
        notes.add(Code.WRONG_TYPE, name, expected="object", got=kind_of(element))
        return False
