"""Every picture of the album: which page, who looks at it, what they did there first."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from playwright.async_api import Page

from tests.people import PASSWORD
from tests.screens import acts

Act = Callable[[Page], Awaitable[None]]


class Screen(NamedTuple):
    """One picture. ``path`` may name {places} of the story; ``quiet`` is off where the browser itself complains."""

    name: str
    path: str
    who: str | None = None
    act: Act | None = None
    status: int = 200
    quiet: bool = True


# The hub as it comes: nobody works here yet. Taken in this order, each time anew.
NEW = (
    Screen("set-up", "{link}"),
    Screen("set-up-refused", "{link}", act=acts.set_up("kurz"), quiet=False),
    Screen("set-up-done", "{link}", act=acts.set_up(PASSWORD)),
    Screen("set-up-over", "{link}", status=410, quiet=False),
)

# The first morning: people are there, nothing else.
EMPTY = (
    Screen("board-empty", "/board", "chen"),
    Screen("wall-empty", "/wall", "min"),
    Screen("orders-empty", "/orders", "chen"),
    Screen("desk-empty", "/desk", "he"),
    Screen("messages-empty", "/messages", "zhou"),
    Screen("dead-letters-empty", "/dead-letters", "zhou"),
    Screen("products-empty", "/products", "zhou"),
    Screen("products-empty-readonly", "/products", "he"),
    Screen("imports-empty", "/products/imports", "zhou"),
)

# The middle of a working day.
FULL = (
    Screen("sign-in", "/sign-in"),
    Screen("sign-in-refused", "/sign-in", act=acts.sign_in_wrongly, quiet=False),
    Screen("me", "/me", "zhou"),
    Screen("me-warehouse", "/me", "min"),
    Screen("me-password-refused", "/me", "zhou", act=acts.change_password_wrongly, quiet=False),
    Screen("board", "/board", "chen"),
    Screen("board-of-a-shop", "/board", "he"),
    Screen("wall-warehouse", "/wall", "min"),
    Screen("wall-warehouse-packed", "/wall", "min", act=acts.open_card_with_a_question),
    Screen("wall-refused", "/wall", "min", act=acts.press_what_is_over, quiet=False),
    Screen("wall-offline", "/wall", "min", act=acts.lose_the_network, quiet=False),
    Screen("wall-service", "/wall", "he"),
    Screen("wall-operations", "/wall?role=operations", "zhou"),
    Screen("wall-finance", "/wall", "qian"),
    Screen("wall-manager", "/wall?role=warehouse", "chen"),
    Screen("desk", "/desk?q={packed}", "he"),
    Screen("desk-out-for-delivery", "/desk?q={out_for_delivery}", "zhou"),
    Screen("desk-late", "/desk?q={picking_late}", "chen"),
    Screen("desk-lost", "/desk?q={lost}", "he"),
    Screen("desk-unpaid", "/desk?q={unpaid}", "chen"),
    Screen("desk-refunded-in-part", "/desk?q={refunded_in_part}", "he"),
    Screen("desk-cancelled", "/desk?q={cancelled}", "chen"),
    Screen("desk-several", "/desk?q=8871", "chen"),
    Screen("desk-message", "/desk?q=6933410288705201", "he"),
    Screen("desk-message-operations", "/desk?q=6933410288705200", "zhou"),
    Screen("desk-not-found", "/desk?q=订单号：6933 0000 0000", "he"),
    Screen("orders", "/orders", "chen"),
    Screen("orders-second-page", "/orders", "chen", act=acts.next_page),
    Screen("orders-found", "/orders?q=2046", "he"),
    Screen("orders-not-found", "/orders?q=13900000000", "chen"),
    Screen("orders-late", "/orders?late=1", "chen"),
    Screen("orders-stage", "/orders?stage=in_transit", "chen"),
    Screen("orders-filter", "/orders?shop={bonded}&since=2026-11-01", "chen"),
    Screen("order-unpaid", "/orders/{unpaid}", "chen"),
    Screen("order-without-warehouse", "/orders/{no_warehouse}", "zhou"),
    Screen("order-to-pick", "/orders/{to_pick}", "chen"),
    Screen("order-picking-late", "/orders/{picking_late}", "min"),
    Screen("order-packed", "/orders/{packed}", "chen"),
    Screen("order-out-for-delivery", "/orders/{out_for_delivery}", "zhou"),
    Screen("order-refunded-in-part", "/orders/{refunded_in_part}", "he"),
    Screen("order-cancelled", "/orders/{cancelled}", "chen"),
    Screen("order-lost", "/orders/{lost}", "he"),
    Screen("order-closed", "/orders/{closed}", "qian"),
    Screen("order-copied", "/orders/{out_for_delivery}", "zhou", act=acts.copy_answer),
    Screen("journey-unpaid", "{unpaid_link}"),
    Screen("journey-stuck", "{picking_late_link}"),
    Screen("journey-hurried", "{packed_link}", act=acts.hurry),
    Screen("journey-at-the-door", "{out_for_delivery_link}"),
    Screen("journey-lost", "{lost_link}"),
    Screen("journey-refunded-in-part", "{refunded_in_part_link}"),
    Screen("journey-cancelled", "{cancelled_link}"),
    Screen("journey-closed", "{closed_link}"),
    Screen("journey-over", "/t/nothing", status=404, quiet=False),
    Screen("dossier-check", "{packed_check}"),
    Screen("dossier-check-altered", "{closed_check}"),
    Screen("dossier-check-file", "{packed_check}", act=acts.compare_a_file),
    Screen("dossier-unknown", "/check/nothing", status=404, quiet=False),
    Screen("messages", "/messages", "zhou"),
    Screen("messages-original", "/messages", "zhou", act=acts.open_original),
    Screen("messages-replayed", "/messages?state=replayed", "zhou"),
    Screen("messages-dismissed", "/messages?state=dismissed", "zhou"),
    Screen("dead-letters", "/dead-letters", "zhou"),
    Screen("products", "/products", "zhou"),
    Screen("products-readonly", "/products?q=W712", "he"),
    Screen("products-not-found", "/products?q=6901028000000", "zhou"),
    Screen("product", "/products/{filters}", "zhou"),
    Screen("product-ended", "/products/{brake_fluid}", "zhou"),
    Screen("product-readonly", "/products/{mat}", "he"),
    Screen("imports", "/products/imports", "zhou"),
    Screen("imports-refused", "/products/imports", "zhou", act=acts.upload_a_picture, quiet=False),
    Screen("import", "/products/imports/{waiting}", "zhou"),
    Screen("import-wrong", "/products/imports/{wrong}", "zhou"),
    Screen("import-done", "/products/imports/{done}", "zhou"),
    Screen("import-nothing", "/products/imports/{same}", "zhou"),
    Screen("import-over", "/products/imports/{over}", "zhou"),
    Screen("error-403", "/board", "min", status=403, quiet=False),
    Screen("error-404", "/nowhere", "chen", status=404, quiet=False),
    Screen("error-404-order", "/orders/OH-2611-9999999", "he", status=404, quiet=False),
    Screen("error-404-stranger", "/set-up/nothing", status=410, quiet=False),
    Screen("error-500", "/broken", "chen", status=500, quiet=False),
    Screen("schema", "/schema", "zhou"),
    Screen("schema-open", "/schema", "zhou", act=acts.open_operation),
)
