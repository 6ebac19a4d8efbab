"""Today: what needs doing now."""

from datetime import timedelta

from litestar import get
from litestar.di import NamedDependency

from api.guards import signed_in
from api.pages.rendering import AnyRequest, Page, page
from api.pages.safe_contacts import confirmation_tasks
from api.pages.tasks import SOURCES, URGENT, tasks_for
from core import clock
from core.clock import instant_of
from core.pagination import MAX_LIMIT, Cursor
from core.scope import Actor, Permission, Scope, Side
from core.settings import Settings
from programmes.queries.cohorts import SessionView, sessions
from training.queries.own import own_staff_id


@get("/", guards=[signed_in], include_in_schema=False)
async def today(
    request: AnyRequest, actor: NamedDependency[Actor], settings: NamedDependency[Settings]
) -> Page:
    """Show what needs doing now."""
    return page(
        request,
        "today.html",
        day=clock.today(),
        urgent=await tasks_for(actor, URGENT),
        groups=await tasks_for(actor, (confirmation_tasks(settings), *SOURCES)),
        now=clock.now(),
        sees_cases=actor.scope.has(Permission.VIEW_CASES),
        sees_groups=not all(
            area.caseload_only for area in actor.scope.within(Permission.VIEW_CASES)
        ),
        is_on_staff=await own_staff_id(scope=actor.scope) is not None,
        sees_staff=actor.scope.has(Permission.VIEW_STAFF),
        sees_accounts=actor.scope.has(Permission.MANAGE_ACCOUNTS),
        sees_audit=actor.scope.has(Permission.VIEW_AUDIT),
        marks=actor.scope.has(Permission.MARK_REGISTERS),
        checks_welfare=actor.scope.covers_side(Permission.CHECK_WELFARE, Side.SURVIVOR),
        sets_rules=actor.scope.has(Permission.MANAGE_PROGRAMMES),
        sessions=await _sessions_of_today(actor.scope),
    )


async def _sessions_of_today(scope: Scope) -> tuple[SessionView, ...]:
    if not scope.has(Permission.VIEW_CASES):
        return ()
    today = clock.today()
    found = await sessions(
        scope=scope,
        cursor=Cursor(limit=MAX_LIMIT),
        since=instant_of(today, "00:00"),
        until=instant_of(today + timedelta(days=1), "00:00"),
    )
    return found.items


ROUTES = [today]
