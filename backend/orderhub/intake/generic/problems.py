"""What is wrong with a mapping that is well-formed: every problem found, so that one round of mending is enough."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from orderhub.intake.generic.mapping import (
    Constant,
    Mapping,
    ShipmentSources,
    Source,
    StatusSource,
)
from orderhub.intake.generic.paths import EACH, BadPath, parse
from orderhub.intake.reasons import shown
from orderhub.rendering.currencies import EXPONENTS

NAMED_FORMATS: Final = ("iso", "seconds", "milliseconds", "microseconds")
_PATH = "a.b[0].c"
_PROBE = datetime(2026, 3, 9, 17, 4, 5, tzinfo=UTC)
_BARE = ("order_number", "version")


class Problem(msgspec.Struct, frozen=True):
    """One thing to mend: the place in the mapping, and values that show what fits there and what stands there."""

    field: str
    expected: str
    got: str


def problems(mapping: Mapping) -> tuple[Problem, ...]:
    """Return everything that would make the mapping fail for every message; none means that it can be compiled."""
    return (*_paths(mapping), *_tables(mapping), *_times(mapping), *_constants(mapping))


def sources(part: Any) -> Iterator[tuple[str, Source]]:
    """Yield each source set in one part of a mapping, with the name of its field."""
    for name in part.__struct_fields__:
        value = getattr(part, name)
        if name != "each" and isinstance(value, str | Constant | tuple):
            yield name, value


def alternatives(source: Source) -> tuple[str | Constant, ...]:
    """Return the paths and constants of a source in the order in which they are tried."""
    return source if isinstance(source, tuple) else (source,)


def parts(mapping: Mapping) -> Iterator[tuple[str, Any]]:
    """Yield the mapping itself and each of its parts that hold sources, with their prefix for messages."""
    yield "", mapping
    for name in ("status", "amounts", "lines", "receiver", "payments", "refunds", "shipments"):
        part = getattr(mapping, name)
        if part is not None:
            yield f"{name}.", part


def _paths(mapping: Mapping) -> Iterator[Problem]:
    for prefix, part in parts(mapping):
        for name, source in sources(part):
            if not alternatives(source):
                yield Problem(prefix + name, _PATH, "[]")
            for one in alternatives(source):
                if isinstance(one, str):
                    yield from _path(prefix + name, one, may_repeat=False)
        if hasattr(part, "each"):
            yield from _path(f"{prefix}each", part.each, may_repeat=True)


def _path(field: str, path: str, *, may_repeat: bool) -> Iterator[Problem]:
    try:
        steps = parse(path)
    except BadPath:
        yield Problem(field, _PATH, shown(path))
        return
    if may_repeat:
        return
    if EACH in steps:
        yield Problem(field, path.replace("[]", "[0]"), shown(path))
    elif not steps:  # the whole message is no value
        yield Problem(field, _PATH, shown(path))


def _tables(mapping: Mapping) -> Iterator[Problem]:
    for name in ("status", "shipments"):
        part: StatusSource | ShipmentSources | None = getattr(mapping, name)
        if part is not None and not part.table:
            yield Problem(f"{name}.table", '{"…": "…"}', "{}")


def _times(mapping: Mapping) -> Iterator[Problem]:
    if not mapping.time.formats:
        yield Problem("time.formats", ", ".join(NAMED_FORMATS), "[]")
    for form in mapping.time.formats:
        if form not in NAMED_FORMATS and not _is_pattern(form):
            yield Problem("time.formats", ", ".join((*NAMED_FORMATS, "%Y-%m-%d %H:%M:%S")), shown(form))
    try:
        ZoneInfo(mapping.time.zone)
    except (KeyError, ValueError, OSError):
        yield Problem("time.zone", "Asia/Shanghai", shown(mapping.time.zone))


def _is_pattern(form: str) -> bool:
    """A pattern must say the day at least, and be read back as it was written."""
    try:
        return datetime.strptime(_PROBE.strftime(form), form).date() == _PROBE.date()  # noqa: DTZ007
    except ValueError:
        return False


def _constants(mapping: Mapping) -> Iterator[Problem]:
    for name in _BARE:
        for one in alternatives(getattr(mapping, name)):
            if isinstance(one, Constant):
                yield Problem(name, _PATH, shown(one.constant))
    for one in alternatives(mapping.currency) if mapping.currency is not None else ():
        if isinstance(one, Constant) and one.constant not in EXPONENTS:
            yield Problem("currency", "CNY", shown(one.constant))
