"""A compiled source: finds its value in a message, converts it, and notes what does not fit instead of stopping."""

from typing import Any, Generic

from orderhub.intake.generic.mapping import Constant, Source
from orderhub.intake.generic.paths import Getter, Step, getter, is_absolute, parse
from orderhub.intake.generic.problems import alternatives
from orderhub.intake.generic.values import Convert, Unfit, Value
from orderhub.intake.reasons import Code, Reason, kind_of


class Notes:
    """The reasons found while one message is read."""

    def __init__(self) -> None:
        self.reasons: list[Reason] = []

    def add(self, code: Code, field: str, *, expected: str = "", got: str = "") -> None:
        """Note one reason."""
        self.reasons.append(Reason(code=code, field=field, expected=expected, got=got))


class Place:
    """Where in a message to look: the whole of it, and the element at hand with the path and position it has."""

    __slots__ = ("element", "path", "position", "root")

    def __init__(self, root: Any, element: Any, path: str = "", position: int = 0) -> None:
        self.root, self.element, self.path, self.position = root, element, path, position

    @property
    def name(self) -> str:
        """How the element is called: ``order.lines[2]``."""
        before, bracket, after = self.path.rpartition("[]")
        return f"{before}[{self.position}]{after}" if bracket else self.path

    def called(self, label: str) -> str:
        """Return the full path of a label below this place."""
        return label if not self.path or is_absolute(label) else f"{self.name}.{label}"


class Field(Generic[Value]):
    """One source of a mapping. ``private`` keeps what came out of the reasons: it may be a person's name or phone."""

    def __init__(self, source: Source | None, convert: Convert[Value], *, private: bool = False) -> None:
        found = alternatives(source) if source is not None else ()
        self.paths = [one for one in found if isinstance(one, str)]
        self.label = next((one if isinstance(one, str) else one.constant for one in found), "")
        self._get = _first_of([_getter_of(one) for one in found])
        self._convert = convert
        self._private = private

    def read(self, place: Place, notes: Notes) -> Value | None:
        """Return the value, or None where nothing is said; what does not fit is noted."""
        value = self._get(place.root, place.element)
        if value is None:
            return None
        try:
            return self._convert(value)
        except Unfit as unfit:
            got = kind_of(value) if self._private else unfit.got
            notes.add(unfit.code, place.called(self.label), expected=unfit.expected, got=got)
            return None

    def require(self, place: Place, notes: Notes) -> Value | None:
        """As ``read``, but nothing said is a reason too."""
        value = self.read(place, notes)
        if value is None and (not notes.reasons or notes.reasons[-1].field != place.called(self.label)):
            notes.add(Code.MISSING_FIELD, place.called(self.label))
        return value

    def asked(self, prefix: tuple[Step, ...] = ()) -> list[tuple[Step, ...]]:
        """Return every path this source looks at, from the root of the message."""
        return [parse(path) if is_absolute(path) else (*prefix, *parse(path)) for path in self.paths]


def _getter_of(one: str | Constant) -> Getter:
    if isinstance(one, str):
        return getter(one)
    value = one.constant
    return lambda _root, _element: value


def _first_of(getters: list[Getter]) -> Getter:
    if len(getters) == 1:
        return getters[0]

    def get(root: Any, element: Any) -> Any:
        return next((value for one in getters if (value := one(root, element)) not in (None, "")), None)

    return get
