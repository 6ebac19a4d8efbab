"""What about sending somebody must look into: for those who run the whole installation."""

from typing import Annotated, Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect

from accounts.queries import account_names
from api.guards import requires
from api.pages.rendering import AnyRequest, Page, page
from api.pages.text_rows import moment
from api.pages.todo import Task, TaskGroup
from core.pagination import Cursor
from core.scope import Actor, Permission
from messaging.queries.alerts import AlertView, alerts, open_alerts
from messaging.services.alerts import settle

_RUN = [requires(Permission.PAUSE_MESSAGES)]
_PATH = "/messaging/alerts"


@get(_PATH, guards=_RUN, include_in_schema=False)
async def alerts_page(
    request: AnyRequest,
    actor: NamedDependency[Actor],
    cursor: NamedDependency[Cursor],
    show: Annotated[str, QueryParameter(name="show")] = "",
) -> Page:
    """List what waits to be looked into, or what has been."""
    settled = show == "settled"
    found = await alerts(scope=actor.scope, cursor=cursor, settled=settled)
    ids = {view.settled_by for view in found.items if view.settled_by}
    names = await account_names(ids, scope=actor.scope)
    return page(
        request, "messages/alerts.html", settled=settled, next=found.next,
        rows=[_row(view, names) for view in found.items],
    )  # fmt: skip


def _row(view: AlertView, names: dict[UUID, str]) -> dict[str, Any]:
    facts = [("Since", moment(view.opened_at))]
    if view.times > 1:
        facts.append(("How often", f"{view.times} times, the last {moment(view.last_at)}"))
    if view.template:
        facts.append(("Template", view.template))
    if view.error_code:
        facts.append(("The provider's code", str(view.error_code)))
    if view.settled_at:
        who = names.get(view.settled_by, "A colleague") if view.settled_by else "The service"
        facts.append(("Settled", f"{who}, {moment(view.settled_at)}"))
    return {
        "id": view.id,
        "what": view.words.text,
        "to_do": view.words.next_step,
        "facts": facts,
        "is_open": view.settled_at is None,
    }


@post("/messaging/alerts/{alert_id:uuid}", guards=_RUN, include_in_schema=False)
async def settle_alert(alert_id: FromPath[UUID], actor: NamedDependency[Actor]) -> Page:
    """Close an alert that somebody has looked into."""
    await settle(alert_id, by=actor)
    return Redirect(f"{_PATH}?saved=alert", status_code=303)


async def alert_tasks(actor: Actor) -> TaskGroup:
    """Answer that something about sending waits, for those who run the whole installation."""
    heading = "Sending texts"
    if not actor.scope.covers(Permission.PAUSE_MESSAGES, side=None, organisation_id=None):
        return TaskGroup(heading, ())
    number = await open_alerts(scope=actor.scope)
    if not number:
        return TaskGroup(heading, ())
    words = "1 alert to look into" if number == 1 else f"{number} alerts to look into"
    return TaskGroup(heading, (Task(words, _PATH),))


ROUTES = [alerts_page, settle_alert]
