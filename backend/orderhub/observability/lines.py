"""Lines: how a process logs, for people or as one JSON object a line, each with the id of the request or turn it belongs to."""

import logging
from datetime import UTC, datetime

import msgspec

from orderhub.observability import neighbours, turns
from orderhub.observability.discretion import Discretion

_FOR_PEOPLE = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class Line(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One line for programs. ``request`` is the id of the request, worker's turn or batch; ``trace`` lines of code."""

    at: datetime
    level: str
    logger: str
    message: str
    process: str | None = None
    request: str | None = None
    trace: str | None = None


class ForPeople(logging.Formatter):
    """A line of text; the id at its end."""

    def __init__(self) -> None:
        super().__init__(_FOR_PEOPLE)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name of logging
        """Return the first line."""
        turn = turns.current()
        return super().formatMessage(record) + (f" [{turn}]" if turn else "")


class ForPrograms(logging.Formatter):
    """A line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        line = Line(
            at=datetime.fromtimestamp(record.created, UTC),
            level=record.levelname,
            logger=record.name,
            message=record.getMessage(),
            process=neighbours.own(),
            request=turns.current(),
            trace=record.exc_text,
        )
        return msgspec.json.encode(line).decode()


def begin(*, level: str, form: str) -> None:
    """Begin to log to the error output; every line is discreet."""
    handler = logging.StreamHandler()
    handler.setFormatter(ForPrograms() if form == "json" else ForPeople())
    handler.addFilter(Discretion())
    logging.basicConfig(level=level, handlers=[handler])
