"""A compiled source: finds its value in a message, converts it, and notes what does not fit instead of stopping."""

from typing import Any, Generic

from orderhub.intake.generic.mapping import Constant, Source
from orderhub.intake.generic.notes import Notes
from orderhub.intake.generic.paths import Finder
from orderhub.intake.generic.places import Home, Place
from orderhub.intake.generic.problems import alternatives
from orderhub.intake.generic.values import Convert, Unfit, Value
from orderhub.intake.reasons import Code, kind_of


class Field(Generic[Value]):
    """One source of a mapping. ``private`` keeps what came out of the reasons: it may be a person's name or phone."""

    def __init__(
        self, source: Source | None, convert: Convert[Value], home: Home, *, private: bool = False
    ) -> None:
        found = alternatives(source) if source is not None else ()
        self.label = next((one if isinstance(one, str) else one.constant for one in found), "")
        self._key = home.key(source) if isinstance(source, str) else None
        self._find = _first_of([_finder_of(one, home) for one in found])
        self._convert = convert
        self._private = private

    def read(self, place: Place, notes: Notes) -> Value | None:
        """Return the value, or None where nothing is said; what does not fit is noted."""
        value = self._find(place) if self._key is None else place.object.get(self._key)
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


def _finder_of(one: str | Constant, home: Home) -> Finder:
    if isinstance(one, str):
        return home.finder(one)
    value = one.constant
    return lambda _place: value


def _first_of(finders: list[Finder]) -> Finder:
    if len(finders) == 1:
        return finders[0]

    def find(place: Place) -> Any:
        return next((value for one in finders if (value := one(place)) not in (None, "")), None)

    return find
