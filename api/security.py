"""Who is asking: a bearer token under ``/api/v1``, a sign-in cookie for pages."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult

from accounts.errors import NotSignedInError
from accounts.services import sign_in

COOKIE = "tracker"
_BEARER = "Bearer "


class BearerAuthentication(AbstractAuthenticationMiddleware):
    """Programs: ``Authorization: Bearer <token>`` on every route that is not public."""

    async def authenticate_request(
        self, connection: ASGIConnection[Any, Any, Any, Any]
    ) -> AuthenticationResult:
        """Answer the actor of the token."""
        header = connection.headers.get("authorization", "")
        if not header.startswith(_BEARER):
            raise NotSignedInError
        actor = await sign_in.actor_of_token(header.removeprefix(_BEARER))
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


CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self' 'sha256-{inline}'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""Sent with every answer."""
