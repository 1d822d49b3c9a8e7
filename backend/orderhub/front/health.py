"""/healthz says the process lives; /readyz says whether it can serve, and names whatever is ill."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias

import msgspec
from litestar import Response, get

from orderhub import supervision
from orderhub.accounts.access import PUBLIC
from orderhub.kernel import postgres

# Returns None when well, else in a few words what is wrong; no addresses, no secrets: strangers read it.
Check: TypeAlias = Callable[[], Awaitable[str | None]]

_PATIENCE_SECONDS = 2.0
_checks: dict[str, Check] = {}
_beside: set[str] = set()


class State(msgspec.Struct, frozen=True):
    """What each check said, None where all is well; and whether this process can serve."""

    checks: dict[str, str | None]
    is_ready: bool


def watch(name: str, check: Check, *, needed: bool = True) -> None:
    """Let /readyz ask this as well. What is not ``needed`` to serve is named when it is ill, and nothing more."""
    _checks[name] = check
    (_beside.discard if needed else _beside.add)(name)


@get("/healthz", guards=[PUBLIC], include_in_schema=False)
async def healthz() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "alive"}


@get("/readyz", guards=[PUBLIC], include_in_schema=False)
async def readyz() -> Response[dict[str, object]]:
    """Say whether this process can serve: 200 or 503; and name what is ill, the worker that runs elsewhere too.

    A dead worker makes no web process unready: a proxy would take all of them away, and letters would wait no shorter.
    """
    state = await examined()
    ill = {name: answer for name, answer in state.checks.items() if answer}
    ill |= {f"loop:{name}": "down" for name in supervision.ill()}
    status: dict[str, object] = {"status": "ready" if state.is_ready else "ill", "ill": ill}
    return Response(status, status_code=200 if state.is_ready else 503)


async def examined() -> State:
    """Ask every check, and return what each said."""
    names = ["database", *_checks]
    answers = await asyncio.gather(*(_asked(check) for check in (_database, *_checks.values())))
    checks = dict(zip(names, answers, strict=True))
    unready = [name for name, answer in checks.items() if answer and name not in _beside]
    unready += [name for name in supervision.ill() if supervision.is_needed(name)]
    return State(checks, is_ready=not unready)


async def _asked(check: Check) -> str | None:
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            return await check()
    except TimeoutError:
        return f"no answer within {_PATIENCE_SECONDS:g} s"
    except Exception as error:  # noqa: BLE001 - whatever is wrong with it, the answer is that it is ill
        return type(error).__name__


async def _database() -> str | None:
    return None if await postgres.fetchval("select 1") == 1 else "wrong answer"
