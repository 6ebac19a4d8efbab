"""Texts under ``/api/v1``."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from api.guards import requires
from api.message_lives import own_for_deciding, shown
from api.schemas.base import ListOut
from api.schemas.messaging import MessageOut
from core.pagination import Cursor
from core.scope import Actor, Permission
from messaging import queries
from messaging.domain.terms import MessageState
from messaging.services import decisions
from programmes.queries.cohorts import own_cohort_ids
from programmes.services.viewing import Listing, listed

_VIEW = [requires(Permission.VIEW_MESSAGES)]


@get("/messages", operation_id="list_messages", guards=_VIEW)
async def list_messages(
    actor: NamedDependency[Actor],
    cursor: NamedDependency[Cursor],
    wanted: Annotated[MessageState | None, QueryParameter(name="state")] = None,
) -> ListOut[MessageOut]:
    """List texts, newest first: what was sent, held or dropped, and why."""
    own = await own_cohort_ids(scope=actor.scope)
    found = await queries.messages(scope=actor.scope, own_cohorts=own, cursor=cursor, state=wanted)
    items, _ = await shown(found.items, by=actor)
    people = {item.recipient_id for item in items}
    await listed(Listing.MESSAGES, len(people), permission=Permission.VIEW_MESSAGES, by=actor)
    return ListOut.of(replace(found, items=items), MessageOut.of)


@post("/messages/{message_id:uuid}/cancel", operation_id="cancel_message", status_code=204,
      guards=[requires(Permission.DECIDE_MESSAGES)])  # fmt: skip
async def cancel_message(message_id: FromPath[UUID], actor: NamedDependency[Actor]) -> None:
    """Stop a text that has not left."""
    own = await own_for_deciding(message_id, by=actor)
    await decisions.cancel(message_id, own_cohorts=own, by=actor)


ROUTES = Router(
    "/",
    route_handlers=[
        list_messages, cancel_message,
    ],
    tags=["messaging"],
)  # fmt: skip
