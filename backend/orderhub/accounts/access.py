"""Who may open a route: an Audience, given as a guard; every route declares one, or the app does not start.

``guards=[requires("warehouse", "manager")]``, ``guards=[SIGNED_IN]``, ``guards=[PUBLIC]``. An admin is allowed whatever
any role is. The same declaration is read by the test that tries every role on every route.
"""

from collections.abc import Iterator

from litestar import Litestar
from litestar.handlers import BaseRouteHandler
from litestar.routes import HTTPRoute

from orderhub.accounts import edge
from orderhub.accounts.refusals import NotSignedIn
from orderhub.kernel.actors import ROLES, may
from orderhub.kernel.errors import NotAllowed


class Audience:
    """Some roles, everybody who is signed in, or everybody. Litestar calls it as a guard."""

    def __init__(self, roles: tuple[str, ...] | None) -> None:
        self.roles = roles

    @property
    def is_public(self) -> bool:
        """Tell whether strangers are welcome, so that nobody is asked who they are."""
        return self.roles is None

    def allows(self, role: str) -> bool:
        """Tell whether one role is enough."""
        return self.roles is None or not self.roles or role in self.roles or role == "admin"

    async def __call__(self, connection: edge.Connection, _: BaseRouteHandler) -> None:
        if self.roles is None:
            return
        actor = await edge.recognise(connection)
        if actor is None:
            raise NotSignedIn
        if self.roles and may(actor, self.roles) is None:
            raise NotAllowed(needed=", ".join(self.roles), got=", ".join(sorted(actor.roles)))


PUBLIC = Audience(None)
SIGNED_IN = Audience(())


# The ``opt`` of a door for programs that sign what they send: no form token is asked for, and a short answer is not
# worth compressing. A webhook is answered thousands of times a second.
SIGNED_DOOR = {"exclude_from_csrf": True, "exclude_from_compression": True}


class UndeclaredAudience(TypeError):
    """A route does not say who may open it."""


def requires(*roles: str) -> Audience:
    """Return the guard of a route for these roles."""
    if not roles or not set(roles) <= set(ROLES):
        raise ValueError(f"expected some of {ROLES}, got {roles}")
    return Audience(roles)


def audience_of(handler: BaseRouteHandler) -> Audience | None:
    """Return the audience a route declares; the one nearest to the handler, which the outer ones must include."""
    declared = [guard for guard in handler.resolve_guards() if isinstance(guard, Audience)]
    return declared[-1] if declared else None


def routes(app: Litestar) -> Iterator[tuple[str, str, BaseRouteHandler]]:
    """Yield method, path and handler of every route; the OPTIONS Litestar adds to each path says nothing of ours."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for method, (handler, _) in route.route_handler_map.items():
                if method != "OPTIONS":
                    yield method, route.path_format, handler
        else:
            yield (
                "WEBSOCKET" if route.scope_type == "websocket" else "ASGI",
                route.path_format,
                route.route_handler,
            )


def require_audiences(app: Litestar) -> None:
    """Refuse an app with a route that does not say who may open it."""
    for method, path, handler in routes(app):
        if audience_of(handler) is None:
            raise UndeclaredAudience(
                f"{method} {path}: expected guards=[requires(…)], SIGNED_IN or PUBLIC, got none"
            )
