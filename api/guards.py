"""Guards: a route names the permission that it needs; the service checks where it holds.

They are ``async`` because Litestar sends others through a thread, on every request.
"""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.types import Guard

from core.errors import ForbiddenError
from core.scope import Actor, Permission


def requires(*permissions: Permission) -> Guard:
    """Refuse those who hold none of the permissions anywhere."""

    async def guard(connection: ASGIConnection[Any, Actor, Any, Any], _: BaseRouteHandler) -> None:
        if not any(connection.user.scope.has(permission) for permission in permissions):
            raise ForbiddenError

    return guard


async def signed_in(connection: ASGIConnection[Any, Actor, Any, Any], _: BaseRouteHandler) -> None:
    """Let in everybody who is signed in; the authentication before it has made sure."""
    if "user" not in connection.scope:  # a route without authentication must not pass
        raise ForbiddenError


PUBLIC = {"exclude_from_auth": True}
"""``opt`` of a route that needs no sign-in; tests keep the list of these short."""
