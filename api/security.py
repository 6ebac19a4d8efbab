"""Who is asking, whether a form is our own, and what browsers are told to refuse."""

from typing import Any

from litestar.config.csrf import CSRFConfig
from litestar.connection import ASGIConnection
from litestar.datastructures import MutableScopeHeaders
from litestar.middleware import (
    AbstractAuthenticationMiddleware,
    AuthenticationResult,
    DefineMiddleware,
)
from litestar.middleware.csrf import CSRFMiddleware
from litestar.types import Message, Scope

from accounts.errors import NotSignedInError
from accounts.services import sign_in
from api import built_assets
from core.settings import Settings

COOKIE = "tracker"
_BEARER = "bearer "


class BearerAuthentication(AbstractAuthenticationMiddleware):
    """Programs: ``Authorization: Bearer <token>`` on every route that is not public."""

    async def authenticate_request(
        self, connection: ASGIConnection[Any, Any, Any, Any]
    ) -> AuthenticationResult:
        """Answer the actor of the token."""
        header = connection.headers.get("authorization", "")
        if not header.lower().startswith(_BEARER):
            raise NotSignedInError
        actor = await sign_in.actor_of_token(header[len(_BEARER) :].strip())
        return AuthenticationResult(user=actor, auth=None)


class CookieAuthentication(AbstractAuthenticationMiddleware):
    """People: the cookie that signing in set."""

    async def authenticate_request(
        self, connection: ASGIConnection[Any, Any, Any, Any]
    ) -> AuthenticationResult:
        """Answer the actor of the cookie."""
        token = connection.cookies.get(COOKIE, "")
        if not token:
            raise NotSignedInError
        return AuthenticationResult(user=await sign_in.actor_of_cookie(token), auth=token)


class FormProtection(CSRFMiddleware):
    """Refuses a form that this browser did not get from us; whatever the token is, with 403."""

    def _decode_csrf_token(self, token: object) -> str | None:
        if not isinstance(token, str) or not token.isascii():
            return None  # an uploaded file, or text that cannot be compared in constant time
        return super()._decode_csrf_token(token)


def form_protection(settings: Settings) -> DefineMiddleware:
    """Answer the middleware of every page; programs send a token of their own instead."""
    config = CSRFConfig(
        secret=settings.secret_key,
        cookie_name="tracker-form",
        cookie_secure=settings.secure_cookies,
        cookie_httponly=True,
    )
    return DefineMiddleware(FormProtection, config=config)


_HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'self'; script-src 'self' 'sha256-{built_assets.inline_script_hash()}'; "
        "img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}


async def add_headers(message: Message, scope: Scope) -> None:
    """Tell the browser what to refuse, with every answer; keep nothing but static files."""
    if message["type"] != "http.response.start":
        return
    message.setdefault("headers", [])
    headers = MutableScopeHeaders.from_message(message)
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)
    if not scope["path"].startswith("/static/"):
        headers.setdefault("Cache-Control", "no-store")
