"""The main navigation: who is offered which page. The pages' own guards decide; a test holds the two together."""

import msgspec

from orderhub.kernel.actors import ROLES, Actor

_DESK = tuple(role for role in ROLES if role != "warehouse")


class Tab(msgspec.Struct, frozen=True):
    """One entry: its word is ``nav.<name>``, it is offered to whoever holds one of the roles.

    A ``wide`` one stands in the rail of a desk; on a phone, whose foot has room for five, it stands on /me.
    """

    name: str
    path: str
    icon: str
    roles: tuple[str, ...]
    wide: bool = False


# Who answers buyers lands on the desk; who has five tabs without it has it in the rail. A page is offered once.
TABS = (
    Tab("desk", "/desk", "headset", ("service",)),
    Tab("board", "/board", "pulse", _DESK),
    Tab("wall", "/wall", "tasks", ROLES),
    Tab("desk", "/desk", "headset", ("sales",)),
    Tab("orders", "/orders", "box", ROLES),
    Tab("messages", "/messages", "doc", ("operations", "manager", "admin")),
    Tab("desk", "/desk", "headset", ("operations", "manager", "admin"), wide=True),
    Tab("products", "/products", "grid", _DESK, wide=True),
    Tab("dead_letters", "/dead-letters", "undo", ("operations", "manager", "admin"), wide=True),
    Tab("me", "/me", "user", ROLES),
)


def tabs(actor: Actor | None) -> list[Tab]:
    """Return the tabs of an actor; nobody gets none."""
    offered: dict[str, Tab] = {}
    for tab in TABS:
        if actor and actor.roles & set(tab.roles):
            offered.setdefault(tab.name, tab)
    return list(offered.values())


def home(actor: Actor) -> str:
    """Return where a person lands after signing in."""
    offered = tabs(actor)
    return offered[0].path if offered else "/me"


def current(path: str) -> str:
    """Return the name of the tab a path belongs to, or nothing."""
    return next((tab.name for tab in TABS if f"{path}/".startswith(f"{tab.path}/")), "")
