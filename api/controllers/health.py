"""Health: is the process alive, and can it do its work."""

from dataclasses import dataclass
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec

from api.guards import PUBLIC
from core.settings import Settings
from jobs.health import faults


@dataclass(frozen=True, slots=True)
class Health:
    """What a load balancer or a person asks: ``ok``, or what is wrong."""

    status: str
    faults: list[str]


_RESPONSES = {
    200: ResponseSpec(Health, description="All is well", generate_examples=False),
    503: ResponseSpec(Health, description="Something is wrong", generate_examples=False),
}


@get("/health/live", operation_id="health_live", opt=PUBLIC)
async def live() -> Health:
    """Answer that the process runs."""
    return Health("ok", [])


@get("/health/ready", operation_id="health_ready", opt=PUBLIC, responses=_RESPONSES)
async def ready(settings: NamedDependency[Settings]) -> Response[Any]:
    """Answer 200 when the database, its migrations and the jobs are in order, else 503."""
    found = await faults(settings)
    status = "faulty" if found else "ok"
    return Response(Health(status, list(found)), status_code=503 if found else 200)
