"""Today: what needs doing now."""

from datetime import timedelta

from litestar import get
from litestar.di import NamedDependency

from api.guards import signed_in
from api.pages.rendering import AnyRequest, Page, page
from api.pages.tasks import tasks_for
from core import clock
from core.clock import instant_of
from core.pagination import MAX_LIMIT, Cursor
from core.scope import Actor, Permission, Scope
from programmes.domain.terms import SessionStatus
from programmes.queries.cohorts import SessionView, sessions

_CHASED_FOR = timedelta(days=28)


@get("/", guards=[signed_in], include_in_schema=False)
async def today(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Show what needs doing now."""
    found = await _sessions_until_tonight(actor.scope)
    day = clock.today()
    return page(
        request,
        "today.html",
        day=day,
        groups=await tasks_for(actor),
        now=clock.now(),
        sees_cases=actor.scope.has(Permission.VIEW_CASES),
        sees_staff=actor.scope.has(Permission.VIEW_STAFF),
        sees_accounts=actor.scope.has(Permission.MANAGE_ACCOUNTS),
        sees_audit=actor.scope.has(Permission.VIEW_AUDIT),
        marks=actor.scope.has(Permission.MARK_REGISTERS),
        sessions=[view for view in found if clock.london(view.starts_at).date() == day],
        unmarked=[view for view in found if _is_unmarked(view)],
    )


async def _sessions_until_tonight(scope: Scope) -> tuple[SessionView, ...]:
    if not scope.has(Permission.VIEW_CASES):
        return ()
    tomorrow = clock.today() + timedelta(days=1)
    found = await sessions(
        scope=scope,
        cursor=Cursor(limit=MAX_LIMIT),
        since=clock.now() - _CHASED_FOR,
        until=instant_of(tomorrow, "00:00"),
    )
    return found.items


def _is_unmarked(view: SessionView) -> bool:
    """Tell whether a register of an earlier day waits to be marked."""
    earlier = clock.london(view.starts_at).date() < clock.today()
    return earlier and view.status is SessionStatus.SCHEDULED


ROUTES = [today]
