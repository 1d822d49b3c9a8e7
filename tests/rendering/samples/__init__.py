"""Every page with believable content, built as the rooms build it: regions first, then the page around them."""

from tests.rendering.samples import board, desk, messages, order, orders, people, phones, wall
from tests.rendering.samples.shapes import NOW

__all__ = ["NOW", "pages"]

_PAGES = {
    "sign-in": people.sign_in,
    "set-up": people.set_up,
    "me": people.me,
    "error": people.error,
    "not-found": people.not_found,
    "board": board.board,
    "board-empty": board.empty_board,
    "orders": orders.orders,
    "orders-empty": orders.no_orders,
    "order": order.order,
    "order-new": order.new_order,
    "wall": wall.wall,
    "wall-empty": wall.empty_wall,
    "desk": desk.empty_desk,
    "desk-several": desk.several,
    "desk-nothing": desk.nothing_found,
    "messages": messages.messages,
    "messages-empty": messages.no_messages,
    "offline": phones.offline,
    "kept": phones.kept,
    "captive": phones.captive,
}


def pages(lang: str) -> dict[str, str]:
    """Return the markup of every page in a language, by its name."""
    return {name: build(lang) for name, build in _PAGES.items()}
