"""The life of a text, what a person decides about it, and alerts, under ``/api/v1``."""

from uuid import UUID

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from api.guards import requires
from api.message_lives import life_of, own_for_deciding
from api.schemas.base import ListOut
from api.schemas.messages import AlertOut, LifeOut, ResolveIn
from core.pagination import Cursor
from core.scope import Actor, Permission
from messaging.queries.alerts import alerts
from messaging.services import alerts as alert_services
from messaging.services import decisions

_DECIDE = [requires(Permission.DECIDE_MESSAGES)]
_RUN = [requires(Permission.PAUSE_MESSAGES)]


@get("/messages/{message_id:uuid}", operation_id="get_message",
     guards=[requires(Permission.VIEW_MESSAGES)])  # fmt: skip
async def get_message(message_id: FromPath[UUID], actor: NamedDependency[Actor]) -> LifeOut:
    """Answer what happened to a text, and why."""
    found, _ = await life_of(message_id, by=actor)
    return LifeOut.of(found)


@post("/messages/{message_id:uuid}/release", operation_id="release_message", status_code=204,
      guards=_DECIDE)  # fmt: skip
async def release_message(message_id: FromPath[UUID], actor: NamedDependency[Actor]) -> None:
    """Let a held text go, where only a person's word holds it."""
    own = await own_for_deciding(message_id, by=actor)
    await decisions.release(message_id, own_cohorts=own, by=actor)


@post("/messages/{message_id:uuid}/resolve", operation_id="resolve_message", status_code=204,
      guards=_DECIDE)  # fmt: skip
async def resolve_message(
    message_id: FromPath[UUID], data: JSONBody[ResolveIn], actor: NamedDependency[Actor]
) -> None:
    """Record what became of a text of which the service could not know."""
    own = await own_for_deciding(message_id, by=actor)
    await decisions.resolve(message_id, data.outcome, own_cohorts=own, by=actor)


@get("/messaging/alerts", operation_id="list_messaging_alerts", guards=_RUN)
async def list_messaging_alerts(
    actor: NamedDependency[Actor],
    cursor: NamedDependency[Cursor],
    settled: FromQuery[bool] = False,  # noqa: FBT002 - a query parameter
) -> ListOut[AlertOut]:
    """List what about sending somebody must look into, newest first."""
    return ListOut.of(await alerts(scope=actor.scope, cursor=cursor, settled=settled), AlertOut.of)


@post("/messaging/alerts/{alert_id:uuid}/settle", operation_id="settle_messaging_alert",
      status_code=204, guards=_RUN)  # fmt: skip
async def settle_messaging_alert(alert_id: FromPath[UUID], actor: NamedDependency[Actor]) -> None:
    """Close an alert that somebody has looked into."""
    await alert_services.settle(alert_id, by=actor)


ROUTES = Router(
    "/",
    route_handlers=[
        get_message, release_message, resolve_message, list_messaging_alerts,
        settle_messaging_alert,
    ],
    tags=["messaging"],
)  # fmt: skip
