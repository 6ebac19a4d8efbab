"""The audit log under ``/api/v1``: ids, no case content."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter

from api.guards import requires
from api.schemas.audit import AuditEventOut
from api.schemas.base import ListOut
from core import audit
from core.pagination import Cursor
from core.scope import Actor, Permission


@get("/audit", operation_id="list_audit_events", guards=[requires(Permission.VIEW_AUDIT)])
async def list_audit_events(
    actor: NamedDependency[Actor],
    cursor: NamedDependency[Cursor],
    subject: FromQuery[UUID | None] = None,
    actor_id: Annotated[UUID | None, QueryParameter(name="actor")] = None,
    since: Annotated[datetime | None, QueryParameter(name="from")] = None,
    until: Annotated[datetime | None, QueryParameter(name="to")] = None,
) -> ListOut[AuditEventOut]:
    """List audit events, newest first."""
    found = await audit.events(
        scope=actor.scope, cursor=cursor, subject=subject, actor=actor_id, since=since, until=until
    )
    return ListOut.of(found, AuditEventOut.of)


ROUTES = Router("/", route_handlers=[list_audit_events], tags=["audit"])
