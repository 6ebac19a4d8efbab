"""Texts, reminder rules and the pause switch under ``/api/v1``."""

from typing import Annotated
from uuid import UUID

from litestar import Router, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from api.guards import requires
from api.schemas.base import CreatedOut, ListOut
from api.schemas.messaging import (
    MessageOut,
    PauseIn,
    PauseOut,
    ReminderRuleIn,
    ReminderRuleOut,
)
from core.errors import InvalidInputError, NotFoundError
from core.pagination import Cursor
from core.scope import Actor, Permission
from messaging import queries
from messaging.domain.terms import MessageState
from messaging.services import decisions, pause, rules
from messaging.services.rules import NewRule
from programmes.queries.cohorts import own_cohort_ids
from programmes.queries.programmes import programme
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
    people = {item.recipient_id for item in found.items}
    await listed(Listing.MESSAGES, len(people), permission=Permission.VIEW_MESSAGES, by=actor)
    return ListOut.of(found, MessageOut.of)


@post("/messages/{message_id:uuid}/cancel", operation_id="cancel_message", status_code=204,
      guards=[requires(Permission.DECIDE_MESSAGES)])  # fmt: skip
async def cancel_message(message_id: FromPath[UUID], actor: NamedDependency[Actor]) -> None:
    """Stop a text that has not left."""
    own = await own_cohort_ids(scope=actor.scope)
    await decisions.cancel(message_id, own_cohorts=own, by=actor)


@get("/reminder-rules", operation_id="list_reminder_rules", guards=_VIEW)
async def list_reminder_rules(
    actor: NamedDependency[Actor], cursor: NamedDependency[Cursor]
) -> ListOut[ReminderRuleOut]:
    """List reminder rules."""
    found = await queries.rules(scope=actor.scope, cursor=cursor)
    return ListOut.of(found, ReminderRuleOut.of)


@post("/reminder-rules", operation_id="add_reminder_rule",
      guards=[requires(Permission.MANAGE_PROGRAMMES)])  # fmt: skip
async def add_reminder_rule(
    data: JSONBody[ReminderRuleIn], actor: NamedDependency[Actor]
) -> CreatedOut:
    """Add a reminder rule; nothing that is past by then is sent."""
    new = data.new(by=actor)
    await _check_programme(new, actor)
    return CreatedOut(id=await rules.add_rule(new, by=actor))


async def _check_programme(new: NewRule, actor: Actor) -> None:
    """Refuse a programme that is not this organisation's and side's, or not there at all."""
    if new.programme_id is None:
        return
    refusal = InvalidInputError.of("programme_id", "There is no such programme")
    try:
        found = await programme(new.programme_id, scope=actor.scope)
    except NotFoundError:
        raise refusal from None
    if (found.side, found.organisation_id) != (new.side, new.organisation_id):
        raise refusal


@get("/messaging/pause", operation_id="get_messaging_pause",
     guards=[requires(Permission.PAUSE_MESSAGES, Permission.VIEW_MESSAGES)])  # fmt: skip
async def get_messaging_pause(actor: NamedDependency[Actor]) -> PauseOut:
    """Answer whether all texts are paused."""
    return PauseOut.of(await queries.pause(scope=actor.scope))


@put("/messaging/pause", operation_id="set_messaging_pause",
     guards=[requires(Permission.PAUSE_MESSAGES)])  # fmt: skip
async def set_messaging_pause(data: JSONBody[PauseIn], actor: NamedDependency[Actor]) -> PauseOut:
    """Stop all texts, or let them go again."""
    await pause.set_pause(paused=data.paused, reason=data.reason, by=actor)
    return PauseOut.of(await queries.pause(scope=actor.scope))


ROUTES = Router(
    "/",
    route_handlers=[
        list_messages, cancel_message, list_reminder_rules, add_reminder_rule,
        get_messaging_pause, set_messaging_pause,
    ],
    tags=["messaging"],
)  # fmt: skip
