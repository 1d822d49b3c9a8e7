"""Buttons: the one place where a person's press, or a program's list of wishes, becomes moves."""

from typing import Any
from uuid import UUID, uuid4

import msgspec
from litestar import Response, Router, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, URLEncodedBody

from orderhub.accounts.access import SIGNED_IN
from orderhub.desk import pressing
from orderhub.kernel.actors import Actor
from orderhub.kernel.errors import BadInput, recalled
from orderhub.kernel.moves import Move, Verdict
from orderhub.observability.refusals import REFUSED

_MOST = 500
_OWN = ("subject", "visit", "transition", "key", "why", "_csrf_token")


@post("/moves", guards=[SIGNED_IN], status_code=204)
async def press(data: URLEncodedBody[dict[str, str]], actor: NamedDependency[Actor]) -> Response[None]:
    """Make the move of a button; the page hears of it over the live connection.

    A press that got no answer is repeated by the page under its key, and is done once.
    """
    wish = Move(
        subject=_id(data, "subject"),
        transition=data.get("transition", ""),
        visit=_id(data, "visit"),
        key=data.get("key") or str(uuid4()),
        facts={name: value for name, value in data.items() if name not in _OWN},
        why=data.get("why") or data.get("reason") or None,
    )
    (verdict,) = await pressing.make([wish], actor=actor)
    if verdict.refused is not None:
        raise recalled(verdict.refused, verdict.data)
    return Response(None, status_code=204)


@post("/api/moves", guards=[SIGNED_IN], status_code=200)
async def wishes(data: JSONBody[list[Move]], actor: NamedDependency[Actor]) -> list[Verdict]:
    """Make up to 500 moves in one transaction, each with its own verdict, in the order asked."""
    if len(data) > _MOST:
        raise BadInput(field="moves", expected=f"at most {_MOST}", got=len(data))
    verdicts = await pressing.make(data, actor=actor)
    for verdict in verdicts:
        if verdict.refused is not None:
            REFUSED.add(verdict.refused)
    return verdicts


def _id(data: dict[str, Any], name: str) -> UUID:
    try:
        return msgspec.convert(data.get(name), UUID)
    except msgspec.ValidationError:
        raise BadInput(field=name, expected="an id", got=str(data.get(name))[:60]) from None


router = Router("/", route_handlers=[press, wishes])
