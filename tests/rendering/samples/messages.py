"""Kept messages, some and none."""

from types import SimpleNamespace as Shape
from typing import Any

from tests.rendering.samples.shapes import ago, move, page, part, said


def messages(lang: str) -> str:
    moves = (
        move("message", "replay", icon="sync", primary=True),
        move("message", "dismiss", icon="x", asks=("reason",)),
    )
    reasons = (said("refusal.bad_input", field="lines[0].sku", expected="a listing", got="W-712-X"),)
    body = '{"order_no": "6933410288700051", "lines": [{"sku": "W-712-X", "qty": 2}]}'
    usual: dict[str, Any] = {
        "source": "generic",
        "shop": "抖音旗舰店",
        "body": body,
        "reasons": reasons,
        "tries": 0,
        "ended": None,
    }
    rows = (
        Shape(
            **(
                usual
                | {"id": "1", "number": "6933410288700051", "state": "waiting", "cut": True, "moves": moves}
            ),
            received_at=ago(minutes=2),
        ),
        Shape(
            **(
                usual
                | {"id": "2", "number": None, "state": "dismissed", "cut": False, "moves": (), "tries": 2}
                | {"ended": Shape(at=ago(days=1), role="operations", who="老周", why="测试消息")}
            ),
            received_at=ago(days=2),
        ),
    )
    listing = Shape(state="waiting", rows=rows, waiting=1, next=None, first=None)
    return _message_page(lang, listing)


def no_messages(lang: str) -> str:
    return _message_page(lang, Shape(state="waiting", rows=(), waiting=0, next=None, first=None))


def _message_page(lang: str, listing: Shape) -> str:
    states = [
        Shape(value=v, text="", on=v == "waiting", href=f"/messages?state={v}")
        for v in ("waiting", "replayed", "dismissed")
    ]
    messages = part("intake/_messages.html", lang, name="messages.list", listing=listing)
    return page("intake/messages.html", lang, path="/messages", states=states, messages=messages)
