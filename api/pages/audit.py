"""The audit log as a page: who did what, when; no case content."""

from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from accounts.queries import account_names
from api.guards import requires
from api.pages.rendering import AnyRequest, Page, page
from core import audit
from core.pagination import Cursor
from core.scope import Actor, Permission


@get("/audit", guards=[requires(Permission.VIEW_AUDIT)], include_in_schema=False)
async def audit_page(
    request: AnyRequest,
    actor: NamedDependency[Actor],
    cursor: NamedDependency[Cursor],
    subject: FromQuery[UUID | None] = None,
) -> Page:
    """Show audit events, newest first."""
    found = await audit.events(scope=actor.scope, cursor=cursor, subject=subject)
    names = await account_names(
        {item.actor for item in found.items if item.actor}, scope=actor.scope
    )
    return page(
        request, "audit.html", entries=found.items, next=found.next, names=names, subject=subject
    )


ROUTES = [audit_page]
