"""Builds the web application from settings, a clock and a way to send texts."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Any, Self

from litestar import Litestar, Router
from litestar.openapi import OpenAPIConfig
from litestar.plugins import PluginProtocol
from litestar.plugins.core import MsgspecDIPlugin
from litestar.static_files import create_static_files_router

from api import built_assets
from api.controllers import HEALTH, JSON_CONTROLLERS, WEBHOOKS
from api.dependencies import dependencies
from api.openapi import ErrorsInEveryOperation
from api.pages import PAGE_CONTROLLERS
from api.pages.rendering import template_config
from api.problems import HANDLERS
from api.requests import FormRequest, JsonRequest
from api.security import BearerAuthentication, CookieAuthentication, add_headers, form_protection
from core import announcements, database
from core import clock as core_clock
from core.clock import Clock
from core.settings import Settings
from jobs import reminders
from jobs.scheduler import Scheduler
from messaging.gateways.base import SmsGateway

_MAX_BODY_BYTES = 1_000_000

Lifespan = Callable[[Litestar], AbstractAsyncContextManager[None]]


class _Application(Litestar):
    """Litestar without what it adds for Pydantic, which takes 8 MB and serves nothing here."""

    @staticmethod
    def _get_default_plugins(plugins: list[PluginProtocol]) -> list[PluginProtocol]:
        return [*plugins, MsgspecDIPlugin()]


class _Part(Router):
    """A router that is used once: to copy it with all of its handlers is a fifth of the start."""

    def __deepcopy__(self, _: dict[int, Any]) -> Self:
        return self


def create_app(settings: Settings, clock: Clock, gateway: SmsGateway) -> Litestar:
    """Build the application; the database connects, and jobs start, when it is served."""
    core_clock.use(clock)
    return _Application(
        route_handlers=[
            HEALTH,
            _Part("/webhooks/twilio", route_handlers=WEBHOOKS),
            _Part(
                "/api/v1",
                route_handlers=JSON_CONTROLLERS,
                middleware=[BearerAuthentication],
                request_class=JsonRequest,
            ),
            _Part(
                "/",
                route_handlers=PAGE_CONTROLLERS,
                middleware=[form_protection(settings), CookieAuthentication],
            ),
            create_static_files_router(
                path="/static",
                directories=[built_assets.STATIC],
                name="static",
                opt={"public": True},
            ),
        ],
        request_class=FormRequest,  # here, because the protection of forms reads them first
        dependencies=dependencies(settings),
        exception_handlers=HANDLERS,
        lifespan=[_lifespan(settings, gateway)],
        logging_config=None,  # core.log has set it up; the default adds lines of libraries
        template_config=template_config(),
        openapi_config=OpenAPIConfig(
            title="Programme Tracker",
            version="1",
            path="/schema",
            render_plugins=[ErrorsInEveryOperation()],
        ),
        before_send=[add_headers],
        request_max_body_size=_MAX_BODY_BYTES,
    )


def _lifespan(settings: Settings, gateway: SmsGateway) -> Lifespan:
    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        async with database.connected(settings.database_url):
            with announcements.listening(reminders.follow(settings)):
                async with _jobs(settings, gateway):
                    yield

    return lifespan


def _jobs(settings: Settings, gateway: SmsGateway) -> AbstractAsyncContextManager[None]:
    """Answer the running of the jobs, of which there are none where another process does them."""
    if settings.scheduler == "off":
        return nullcontext()
    return Scheduler(settings, gateway).running()
