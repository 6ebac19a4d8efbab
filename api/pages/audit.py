"""The audit log as a page: who did what, when; no case content."""

from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from accounts.queries import account_names
from api.guards import requires
from api.pages.rendering import AnyRequest, Page, page
from core import audit
from core.errors import FieldError
from core.pagination import Cursor
from core.scope import Actor, Permission

_NO_ID = FieldError("subject", "Enter an id as it stands in the list below, or nothing")


@get("/audit", guards=[requires(Permission.VIEW_AUDIT)], include_in_schema=False)
async def audit_page(
    request: AnyRequest,
    actor: NamedDependency[Actor],
    cursor: NamedDependency[Cursor],
    subject: FromQuery[str] = "",
) -> Page:
    """Show audit events, newest first; those about one subject where its id is given."""
    try:
        wanted = UUID(subject.strip()) if subject.strip() else None
    except ValueError:
        wanted = None
        errors = [_NO_ID]
    else:
        errors = []
    found = await audit.events(scope=actor.scope, cursor=cursor, subject=wanted)
    names = await account_names(
        {item.actor for item in found.items if item.actor}, scope=actor.scope
    )
    return page(
        request, "audit.html", entries=found.items, next=found.next, names=names,
        subject=subject, errors=errors, status=400 if errors else 200,
    )  # fmt: skip


ROUTES = [audit_page]
