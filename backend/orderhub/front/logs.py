"""Logs that can be shown: every fault with its request's number, and never a cookie, token, body or phone number."""

import logging
import re
import sys
from typing import Any

from litestar.exceptions import HTTPException
from litestar.logging.config import BaseLoggingConfig
from litestar.types import Logger, Scope
from litestar.types.callable_types import GetLogger

from orderhub.front.unstorable import is_unstorable
from orderhub.kernel.errors import Refusal

_SECRETS = (
    # A mainland phone number on its own, or a longer run of digits with a plus.
    (re.compile(r"(?<![\d.])(1[3-9]\d)\d{4}(\d{4})(?!\d)"), r"\1****\2"),
    (re.compile(r"\+\d{7,15}\b"), "+****"),
    (re.compile(r"\b(whsec_|oht_|[Bb]earer )[A-Za-z0-9+/=_-]{8,}"), r"\1****"),
    (re.compile(r"((?:__Host-)?(?:session|csrftoken)=)[^;\s'\"]+"), r"\1****"),
    (re.compile(r"(/(?:set-up|t|check)/)[A-Za-z0-9_-]{20,}"), r"\1****"),
    (re.compile(r"(postgres(?:ql)?://[^:@/\s]+:)[^@/\s]+@"), r"\1****@"),
)
# PostgreSQL quotes the row that broke a rule, a buyer's name and address with it.
_DETAIL = re.compile(r"^(DETAIL:  ).*$", re.MULTILINE)

# Litestar's word for a browser that went away before its form was read: nothing failed, and nobody is there to be told.
_GONE = "client disconnected prematurely"


def discreet(text: str) -> str:
    """Return a text without what a log must not hold."""
    for pattern, shown in _SECRETS:
        text = pattern.sub(shown, text)
    return _DETAIL.sub(r"\1****", text)


class Discretion(logging.Filter):
    """Makes every record discreet, its traceback too."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record; nothing is held back."""
        record.msg, record.args = discreet(record.getMessage()), None
        if record.exc_info and not record.exc_text:
            record.exc_text = discreet(logging.Formatter().formatException(record.exc_info))
        return True


def be_discreet() -> None:
    """Make every handler of this process discreet."""
    for handler in logging.getLogger().handlers:
        if not any(isinstance(known, Discretion) for known in handler.filters):
            handler.addFilter(Discretion())


class HubLogging(BaseLoggingConfig):
    """Litestar's faults go to the ordinary loggers; refusals are answers and no faults."""

    def __init__(self) -> None:
        self.log_exceptions = "always"
        self.disable_stack_trace = set()
        self.exception_logging_handler = _log_fault

    def configure(self) -> GetLogger:
        """Return the ordinary loggers, which the entrance has set up."""
        return logging.getLogger

    @staticmethod
    def set_level(logger: Any, level: int) -> None:
        """Set the level of a logger."""
        logger.setLevel(level)


def _log_fault(_: Logger, scope: Scope, trace: list[str]) -> None:
    error = sys.exception()
    is_answer = is_unstorable(error) or (isinstance(error, Refusal) and error.status < 500)
    if is_answer or (isinstance(error, HTTPException) and (error.status_code < 500 or error.detail == _GONE)):
        return
    # The route, not the address: that may hold a token or a phone number.
    where = f"{scope.get('method', scope['type'])} {scope.get('path_template', '(no route)')}"
    request_id = scope["state"].get("request_id")
    logging.getLogger("orderhub.faults").error("%s failed, request %s\n%s", where, request_id, "".join(trace))
