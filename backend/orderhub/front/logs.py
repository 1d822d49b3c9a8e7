"""What the web framework logs: every fault once, with its route and its request's number. Refusals are answers, and no faults."""

import logging
import sys
from typing import Any

from litestar.exceptions import HTTPException
from litestar.logging.config import BaseLoggingConfig
from litestar.types import Logger, Scope
from litestar.types.callable_types import GetLogger

from orderhub.front.unstorable import is_unstorable
from orderhub.kernel.errors import Refusal

# Litestar's word for a browser that went away before its form was read: nothing failed, and nobody is there to be told.
_GONE = "client disconnected prematurely"


class HubLogging(BaseLoggingConfig):
    """Litestar's faults go to the ordinary loggers."""

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
    logging.getLogger("orderhub.faults").error("%s failed, request %s", where, request_id, exc_info=error)
