"""The switches that stop texts, under ``/api/v1``: all, a programme's, a group's, a person's."""

from uuid import UUID

from litestar import Router, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api import pausing
from api.guards import requires
from api.schemas.base import ListOut
from api.schemas.pauses import MessagePauseIn, MessagePauseOut, PauseInForceOut
from core.pagination import Cursor
from core.scope import Actor, Permission
from messaging import queries
from messaging.domain.terms import PauseOf
from messaging.queries.pauses import pause_of
from messaging.services import pause

_VIEW = [requires(Permission.VIEW_MESSAGES)]
_DECIDE = [requires(Permission.DECIDE_MESSAGES)]


@get("/messaging/pause", operation_id="get_messaging_pause",
     guards=[requires(Permission.PAUSE_MESSAGES, Permission.VIEW_MESSAGES)])  # fmt: skip
async def get_messaging_pause(actor: NamedDependency[Actor]) -> MessagePauseOut:
    """Answer whether all texts are paused."""
    return MessagePauseOut.of(await queries.pause(scope=actor.scope))


@put("/messaging/pause", operation_id="set_messaging_pause",
     guards=[requires(Permission.PAUSE_MESSAGES)])  # fmt: skip
async def set_messaging_pause(
    data: JSONBody[MessagePauseIn], actor: NamedDependency[Actor]
) -> MessagePauseOut:
    """Stop all texts, or let them go again."""
    await pause.set_pause(paused=data.paused, reason=data.reason, by=actor)
    return MessagePauseOut.of(await queries.pause(scope=actor.scope))


@get("/messaging/pauses", operation_id="list_message_pauses", guards=_VIEW)
async def list_message_pauses(
    actor: NamedDependency[Actor], cursor: NamedDependency[Cursor]
) -> ListOut[PauseInForceOut]:
    """List the programmes, groups and people whose texts are paused now, newest first."""
    return ListOut.of(await pausing.in_force(by=actor, cursor=cursor), PauseInForceOut.of)


@get("/programmes/{programme_id:uuid}/message-pause", operation_id="get_programme_message_pause",
     guards=_VIEW)  # fmt: skip
async def get_programme_pause(
    programme_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> MessagePauseOut:
    """Answer whether the texts of a programme are paused."""
    return await _read(PauseOf.PROGRAMME, programme_id, actor)


@put("/programmes/{programme_id:uuid}/message-pause", operation_id="set_programme_message_pause",
     guards=_DECIDE)  # fmt: skip
async def set_programme_pause(
    programme_id: FromPath[UUID], data: JSONBody[MessagePauseIn], actor: NamedDependency[Actor]
) -> MessagePauseOut:
    """Stop the texts of a programme, or let them go again."""
    return await _throw(PauseOf.PROGRAMME, programme_id, data, actor)


@get("/cohorts/{cohort_id:uuid}/message-pause", operation_id="get_cohort_message_pause",
     guards=_VIEW)  # fmt: skip
async def get_cohort_pause(
    cohort_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> MessagePauseOut:
    """Answer whether the texts of a group are paused."""
    return await _read(PauseOf.COHORT, cohort_id, actor)


@put("/cohorts/{cohort_id:uuid}/message-pause", operation_id="set_cohort_message_pause",
     guards=_DECIDE)  # fmt: skip
async def set_cohort_pause(
    cohort_id: FromPath[UUID], data: JSONBody[MessagePauseIn], actor: NamedDependency[Actor]
) -> MessagePauseOut:
    """Stop the texts of a group, or let them go again."""
    return await _throw(PauseOf.COHORT, cohort_id, data, actor)


@get("/participants/{participant_id:uuid}/message-pause",
     operation_id="get_participant_message_pause", guards=_VIEW)  # fmt: skip
async def get_participant_pause(
    participant_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> MessagePauseOut:
    """Answer whether the texts to a person are paused."""
    return await _read(PauseOf.PERSON, participant_id, actor)


@put("/participants/{participant_id:uuid}/message-pause",
     operation_id="set_participant_message_pause", guards=_DECIDE)  # fmt: skip
async def set_participant_pause(
    participant_id: FromPath[UUID], data: JSONBody[MessagePauseIn], actor: NamedDependency[Actor]
) -> MessagePauseOut:
    """Stop the texts to a person, or let them go again."""
    return await _throw(PauseOf.PERSON, participant_id, data, actor)


async def _throw(
    kind: PauseOf, subject_id: UUID, data: MessagePauseIn, actor: Actor
) -> MessagePauseOut:
    about = await pausing.thing(kind, subject_id, scope=actor.scope)
    await pausing.throw(about, paused=data.paused, reason=data.reason, by=actor)
    return await _read(kind, subject_id, actor)


async def _read(kind: PauseOf, subject_id: UUID, actor: Actor) -> MessagePauseOut:
    of = (await pausing.thing(kind, subject_id, scope=actor.scope)).of
    found = await pause_of(
        of.subject, side=of.side, organisation_id=of.organisation_id, scope=actor.scope
    )
    return MessagePauseOut.of(found)


ROUTES = Router(
    "/",
    route_handlers=[
        get_messaging_pause, set_messaging_pause, list_message_pauses, get_programme_pause,
        set_programme_pause, get_cohort_pause, set_cohort_pause, get_participant_pause,
        set_participant_pause,
    ],
    tags=["messaging"],
)  # fmt: skip
