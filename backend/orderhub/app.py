"""The web app: settings, what every request passes, and the list of rooms with their doors."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TypeAlias

from litestar import Litestar, Router
from litestar.config.compression import CompressionConfig
from litestar.di import Provide
from litestar.middleware import DefineMiddleware
from litestar.openapi import OpenAPIConfig
from litestar.types import ControllerRouterHandler

from orderhub import house as house
from orderhub import process
from orderhub.accounts import access, addresses, edge
from orderhub.accounts import api as accounts_api
from orderhub.accounts import pages as accounts_pages
from orderhub.catalog import api as catalog_api
from orderhub.catalog import pages as catalog_pages
from orderhub.delivery import api as delivery_api
from orderhub.desk import moving as desk_moving
from orderhub.desk import pages as desk_pages
from orderhub.dossier import pages as dossier_pages
from orderhub.dossier import tokens as dossier_tokens
from orderhub.dossier.order import pages as dossier_order_pages
from orderhub.front import (
    assets,
    csrf,
    headers,
    health,
    installing,
    logs,
    metrics,
    pages,
    problems,
    traffic,
    zone,
)
from orderhub.front.connections import Answer
from orderhub.front.description import Description, described
from orderhub.insight import pages as insight_pages
from orderhub.intake import door as intake_door
from orderhub.intake import pages as intake_pages
from orderhub.intake import quick_door
from orderhub.journey import links as journey_links
from orderhub.journey import pages as journey_pages
from orderhub.journey.order import pages as journey_order_pages
from orderhub.live import hub as live
from orderhub.live.door import door
from orderhub.live.running import running as live_running
from orderhub.live.viewers import SessionRights, viewer_of
from orderhub.observability import turns
from orderhub.observability.discretion import be_discreet
from orderhub.orders import api as orders_api
from orderhub.orders import pages as orders_pages
from orderhub.settings import Settings
from orderhub.storage import redis_server
from orderhub.worker import turns as worker_turns

Lifespan: TypeAlias = Callable[[Litestar], AbstractAsyncContextManager[None]]

# Every room's doors. A new room is named here, and in the house.
DOORS: list[ControllerRouterHandler] = [
    *(health.healthz, health.readyz, metrics.metrics, assets.asset, *installing.DOORS),
    *(accounts_pages.router, accounts_api.router),
    *(catalog_pages.router, catalog_api.router),
    *(intake_door.router, intake_pages.router),
    *(orders_pages.router, orders_api.router, delivery_api.router),
    *(desk_pages.router, desk_moving.router, insight_pages.router),
    *(journey_pages.router, journey_order_pages.router),
    *(dossier_pages.router, dossier_order_pages.router),
]


class Hub(Litestar):
    """The app. Before anything else, a request gets its number, and behind a proxy its real address."""

    proxies: edge.Networks = ()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            self._settle(scope)
            turns.begin(scope["state"]["request_id"])
        await super().__call__(scope, receive, send)

    def is_short(self, scope: Any) -> bool:
        """Tell whether a request may be taken before it reaches any route."""
        return quick_door.is_for(scope)

    def take(self, scope: Any, body: bytes, *, answer: Answer, route: Callable[[], None]) -> None:
        """Take a request before it reaches any route, or leave it to its route, with its scope as it was."""
        asked: Any = {**scope, "path_template": intake_door.ROUTE}
        self._settle(asked)

        def told(receipt: bytes | None) -> None:
            if receipt is None:
                route()
            else:
                answer(intake_door.ACCEPTED, headers.of_json(asked, intake_door.ACCEPTED), receipt)

        quick_door.take(asked, body, told)

    def _settle(self, scope: Any) -> None:
        edge.settle(scope, self.proxies)
        traffic.began(scope)


def create(settings: Settings, *, lifespan: Sequence[Lifespan] | None = None) -> Hub:
    """Build the app. ``lifespan`` replaces what is held while it runs; tests bring their own database."""
    addresses.use_origin(settings.origin)
    journey_links.outlive(days=settings.journey_days)
    dossier_tokens.use_anchors(settings.anchors)
    watched = live.Hub(SessionRights())
    hub = Hub(
        route_handlers=[*DOORS, door(watched, viewer_of, origins=frozenset(_origins(settings)))],
        lifespan=[_running(settings), live_pages] if lifespan is None else list(lifespan),
        dependencies={"actor": Provide(edge.actor, sync_to_thread=False)},
        middleware=[DefineMiddleware(csrf.Csrf, origins=_origins(settings))],
        exception_handlers=problems.HANDLERS,
        before_send=[headers.add_headers],
        request_max_body_size=settings.max_body_bytes,
        compression_config=CompressionConfig(
            backend="gzip",
            gzip_compress_level=4,
            minimum_size=1000,
            exclude_opt_key="exclude_from_compression",
        ),
        openapi_config=_description(),
        logging_config=logs.HubLogging(),
    )
    health.watch("worker", worker_turns.ill, needed=False)
    if settings.redis_url:
        health.watch("redis", redis_server.ill, needed=False)
    hub.state.live = watched
    hub.state.metrics = metrics.Access(settings.data / "metrics", settings.metrics_token)
    hub.proxies = edge.networks(settings.trusted_proxies)
    access.require_audiences(hub)
    return hub


def live_pages(app: Litestar) -> AbstractAsyncContextManager[None]:
    """Keep the pages of this app live while the database is open."""
    return live_running(app.state.live)


@asynccontextmanager
async def at_home(_: Litestar) -> AsyncIterator[None]:
    """Take from the open database what every page needs, and keep logs discreet."""
    be_discreet()
    async with zone.known():
        yield


def _running(settings: Settings) -> Lifespan:
    @asynccontextmanager
    async def running(app: Litestar) -> AsyncIterator[None]:
        async with process.running(settings), at_home(app):
            yield

    return running


def _origins(settings: Settings) -> list[str]:
    return [settings.origin] if settings.origin else []


def _description() -> OpenAPIConfig:
    return OpenAPIConfig(
        title="OrderHub",
        version="1",
        openapi_router=Router("/schema", route_handlers=[], guards=[access.PUBLIC], include_in_schema=False),
        render_plugins=[pages.SchemaPage(described), Description()],
        use_handler_docstrings=True,
    )
