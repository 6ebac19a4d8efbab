"""Every route is guarded or on a short public list, and no form is taken without its token."""

from collections.abc import Iterator
from dataclasses import dataclass
from inspect import iscoroutinefunction

import httpx
import pytest
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from accounts.services import sign_in
from api.app import create_app
from api.security import COOKIE
from core.scope import SYSTEM, Actor
from messaging.gateways.console import ConsoleGateway
from tests.conftest import SETTINGS
from tests.fakes import FixedClock

PUBLIC = {
    ("GET", "/health/live"),
    ("GET", "/health/ready"),
    ("GET", "/metrics"),  # this machine or a token, else 404; no person in it
    ("GET", "/schema"),
    ("GET", "/schema/openapi.json"),
    ("GET", "/schema/{path:str}"),
    ("GET", "/static/{file_path:path}"),
    ("HEAD", "/static/{file_path:path}"),
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("GET", "/choose-password/{token:str}"),
    ("POST", "/choose-password/{token:str}"),
    ("GET", "/calendar/{file_name:str}"),  # calendars do not sign in; 256 bits, and no name
    ("POST", "/webhooks/twilio/inbound"),  # Twilio does not sign in: it signs each call
    ("POST", "/webhooks/twilio/status/{token:str}"),  # the same
    ("GET", "/help"),
    ("GET", "/accessibility"),
}
"""What nobody needs to sign in for. Each line added here is a decision."""

EXAMPLES = {
    "uuid": "00000000-0000-7000-8000-000000000000",
    "int": "1",
    "date": "2026-06-10",
    "str": "x",
    "path": "x",
}
"""A value for each kind of path parameter."""


@dataclass(frozen=True)
class Route:
    """One method of one address."""

    method: str
    path: str
    handler: HTTPRouteHandler

    @property
    def key(self) -> tuple[str, str]:
        return self.method, self.path

    @property
    def is_api(self) -> bool:
        return self.path.startswith("/api/")

    @property
    def is_webhook(self) -> bool:
        return self.path.startswith("/webhooks/")

    @property
    def example(self) -> str:
        """An address that leads to this route."""
        parts = self.path.split("/")
        return "/".join(
            EXAMPLES[part.strip("{}").partition(":")[2]] if part.startswith("{") else part
            for part in parts
        )


def _routes() -> Iterator[Route]:
    app = create_app(SETTINGS, FixedClock.__new__(FixedClock), ConsoleGateway())
    for route in app.routes:
        assert isinstance(route, HTTPRoute), f"{route.path} is no HTTP route: write a test for it"
        for handler in route.route_handlers:
            for method in handler.http_methods - {"OPTIONS"}:
                yield Route(str(method), route.path, handler)


ROUTES = sorted(_routes(), key=lambda route: (route.path, route.method))
CLOSED = [route for route in ROUTES if route.key not in PUBLIC]


@pytest.fixture
async def anonymous(now: FixedClock) -> httpx.AsyncClient:
    """Somebody who is not signed in; without a database, since nothing must be read for them."""
    app = create_app(SETTINGS, now, ConsoleGateway())
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://testserver")


def test_exactly_the_public_list_is_without_a_guard() -> None:
    unguarded = {route.key for route in ROUTES if not route.handler.resolve_guards()}
    assert unguarded == PUBLIC


def test_no_request_waits_for_a_thread_to_be_let_in() -> None:
    guards = {guard for route in ROUTES for guard in route.handler.resolve_guards()}

    assert [guard for guard in guards if not iscoroutinefunction(guard)] == []


def test_nothing_but_the_public_list_lets_authentication_pass() -> None:
    passing = {route.key for route in ROUTES if route.handler.opt.get("exclude_from_auth")}
    assert passing <= PUBLIC


async def test_no_closed_route_answers_somebody_who_is_not_signed_in(
    anonymous: httpx.AsyncClient,
) -> None:
    answers = {}
    for route in CLOSED:
        response = await anonymous.request(route.method, route.example)
        location = response.headers.get("location", "").partition("?")[0] or None
        refused = [(401, None)] if route.is_api else [(302, "/sign-in")]
        if not route.is_api and route.method != "GET":
            refused.append((403, None))  # the form's token is asked for first
        if (response.status_code, location) not in refused:
            answers[route.key] = (response.status_code, location)

    assert answers == {}
    assert len(CLOSED) > len(PUBLIC)


async def test_no_form_is_taken_without_its_token(
    anonymous: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def everybody(_: str) -> Actor:
        return SYSTEM

    monkeypatch.setattr(sign_in, "actor_of_cookie", everybody)
    anonymous.cookies.set(COOKIE, "of somebody who may do everything")
    forms = [
        route
        for route in ROUTES
        if not route.is_api and route.method not in {"GET", "HEAD"} and not route.is_webhook
    ]
    answers = {}
    for route in forms:
        response = await anonymous.request(route.method, route.example, data={"field": "value"})
        if (response.status_code, "This form has expired" in response.text) != (403, True):
            answers[route.key] = response.status_code

    assert answers == {}
    assert {("POST", "/sign-in"), ("POST", "/sign-out")} <= {route.key for route in forms}


def test_programs_send_json_so_no_other_site_can_post_to_them_with_a_cookie() -> None:
    """CSRF is not checked under /api, so a cookie must not sign anybody in there."""
    names = {
        layer.__name__
        for route in ROUTES
        if route.is_api
        for router in route.handler.ownership_layers
        for layer in getattr(router, "middleware", None) or []
        if isinstance(layer, type)
    }
    assert names == {"BearerAuthentication"}
