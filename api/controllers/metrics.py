"""Figures of sending for whoever watches the installation, as Prometheus reads them."""

import hmac
import ipaddress
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from prometheus_client import CONTENT_TYPE_LATEST

from api.guards import PUBLIC
from api.metrics import shape
from core.errors import NotFoundError
from core.scope import SYSTEM
from core.settings import Settings
from messaging.queries.gauges import gauges

_FORWARDED = (
    "forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip",
    "cf-connecting-ip", "true-client-ip",
)  # fmt: skip
"""What a proxy adds: whoever is behind one is not on this machine."""


@get("/metrics", opt=PUBLIC, include_in_schema=False)
async def metrics(
    request: Request[Any, Any, Any], settings: NamedDependency[Settings]
) -> Response[bytes]:
    """Answer the figures to this machine, or to whoever has the token; for all others nothing."""
    if not _may_read(request, settings.metrics_token):
        raise NotFoundError
    return Response(await shape(await gauges(scope=SYSTEM.scope)), media_type=CONTENT_TYPE_LATEST)


def _may_read(request: Request[Any, Any, Any], token: str) -> bool:
    if token:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode(), token.encode())
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
