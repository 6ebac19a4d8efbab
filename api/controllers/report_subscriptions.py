"""Report subscriptions under ``/api/v1``: one's own alone."""

from typing import Any
from uuid import UUID

from litestar import Response, Router, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from api.controllers.reports import Format, answer
from api.guards import requires
from api.schemas.base import CreatedOut, ListOut
from api.schemas.report_subscriptions import MadeReportOut, SubscriptionIn, SubscriptionOut
from core import subscriptions
from core.scope import Actor, Permission
from jobs.subscriptions import made, read, subscribe

RUNS_REPORTS = [requires(Permission.VIEW_PROGRAMME_REPORTS, Permission.VIEW_STAFF)]


@get("/report-subscriptions", operation_id="list_report_subscriptions", guards=RUNS_REPORTS)
async def list_subscriptions(actor: NamedDependency[Actor]) -> ListOut[SubscriptionOut]:
    """List your subscriptions."""
    found = await subscriptions.subscriptions(scope=actor.scope)
    return ListOut(items=[SubscriptionOut.of(one) for one in found], next=None)


@post("/report-subscriptions", operation_id="subscribe_to_report", guards=RUNS_REPORTS)
async def add_subscription(
    data: JSONBody[SubscriptionIn], actor: NamedDependency[Actor]
) -> CreatedOut:
    """Have a report made on the first of each month or quarter, of the one before.

    It is made in the areas that you have by then, and kept for you alone.
    """
    return CreatedOut(id=await subscribe(data.details(), by=actor))


@delete(
    "/report-subscriptions/{subscription_id:uuid}",
    operation_id="end_report_subscription",
    guards=RUNS_REPORTS,
)
async def end_subscription(subscription_id: FromPath[UUID], actor: NamedDependency[Actor]) -> None:
    """End a subscription; the reports made for it go."""
    await subscriptions.end(subscription_id, by=actor)


@get(
    "/report-subscriptions/{subscription_id:uuid}/reports",
    operation_id="list_subscribed_reports",
    guards=RUNS_REPORTS,
)
async def list_made(
    subscription_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> ListOut[MadeReportOut]:
    """List what was made for a subscription, the newest first: the last 24 are kept."""
    found = await made(subscription_id, scope=actor.scope)
    return ListOut(items=[MadeReportOut.of(one) for one in found], next=None)


@get(
    "/report-subscriptions/reports/{report_id:uuid}",
    operation_id="read_subscribed_report",
    guards=RUNS_REPORTS,
)
async def read_made(
    report_id: FromPath[UUID],
    actor: NamedDependency[Actor],
    format: FromQuery[Format] = Format.JSON,
) -> Response[Any]:
    """Answer a report as it was made."""
    _, report = await read(report_id, by=actor)
    return answer(report, format)


ROUTES = Router(
    "/",
    route_handlers=[list_subscriptions, add_subscription, end_subscription, list_made, read_made],
    tags=["reports"],
)
