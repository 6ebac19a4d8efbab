"""Participants and safe contact under ``/api/v1``."""

from uuid import UUID

from litestar import Router, get, patch, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from api import safe_contacts
from api.guards import requires
from api.schemas.base import CreatedOut, ListOut, organisation_or_own
from api.schemas.people import (
    ParticipantChangeIn,
    ParticipantIn,
    ParticipantOut,
    SafeContactIn,
    SafeContactOut,
    TextsAgainIn,
)
from core import audit
from core.pagination import Cursor
from core.scope import Actor, Permission
from core.settings import Settings
from programmes.queries import participants as queries
from programmes.queries.participants import ParticipantView
from programmes.services import participants as services
from programmes.services.viewing import Listing, listed, viewed

_VIEW = [requires(Permission.VIEW_CASES)]
_MANAGE = [requires(Permission.MANAGE_PEOPLE)]


@get("/participants", operation_id="list_participants", guards=_VIEW)
async def list_participants(
    actor: NamedDependency[Actor],
    cursor: NamedDependency[Cursor],
    search: FromQuery[str] = "",
) -> ListOut[ParticipantOut]:
    """List people whose names contain every word of ``search``; the view is audited."""
    found = await queries.participants(scope=actor.scope, cursor=cursor, search=search)
    await listed(Listing.SEARCH if search else Listing.PEOPLE, len(found.items), by=actor)
    return ListOut.of(found, ParticipantOut.of)


@post("/participants", operation_id="add_participant", guards=_MANAGE)
async def add_participant(
    data: JSONBody[ParticipantIn], actor: NamedDependency[Actor]
) -> CreatedOut:
    """Add a person on one side; texting them is off until somebody confirms it."""
    organisation_id = organisation_or_own(
        data.organisation_id, Permission.MANAGE_PEOPLE, data.side, by=actor
    )
    return CreatedOut(
        id=await services.add_participant(organisation_id, data.side, data.details(), by=actor)
    )


@get("/participants/{participant_id:uuid}", operation_id="get_participant", guards=_VIEW)
async def get_participant(
    participant_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> ParticipantOut:
    """Answer a person; the view is audited."""
    return ParticipantOut.of(await _seen(participant_id, actor))


async def _seen(participant_id: UUID, actor: Actor) -> ParticipantView:
    found = await queries.participant(participant_id, scope=actor.scope)
    await viewed(
        audit.Subject.PARTICIPANT, participant_id, side=found.side,
        organisation_id=found.organisation_id, by=actor,
    )  # fmt: skip
    return found


@patch("/participants/{participant_id:uuid}", operation_id="change_participant", guards=_MANAGE)
async def change_participant(
    participant_id: FromPath[UUID],
    data: JSONBody[ParticipantChangeIn],
    actor: NamedDependency[Actor],
) -> ParticipantOut:
    """Change what is written down of a person."""
    stored = await queries.participant(participant_id, scope=actor.scope)
    await services.update_participant(
        participant_id, data.over(stored), version=data.version, by=actor
    )
    return ParticipantOut.of(await queries.participant(participant_id, scope=actor.scope))


@get(
    "/participants/{participant_id:uuid}/safe-contact",
    operation_id="get_safe_contact",
    guards=_VIEW,
)
async def get_safe_contact(
    participant_id: FromPath[UUID],
    actor: NamedDependency[Actor],
    settings: NamedDependency[Settings],
) -> SafeContactOut:
    """Answer whether and when a person may be texted; the view is audited."""
    await _seen(participant_id, actor)
    return await _contact(participant_id, settings, actor)


@put(
    "/participants/{participant_id:uuid}/safe-contact",
    operation_id="save_safe_contact",
    guards=_MANAGE,
)
async def save_safe_contact(
    participant_id: FromPath[UUID],
    data: JSONBody[SafeContactIn],
    actor: NamedDependency[Actor],
    settings: NamedDependency[Settings],
) -> SafeContactOut:
    """Record whether, where and when a person may be texted."""
    await safe_contacts.save(
        participant_id, data.details(), version=data.version, settings=settings, by=actor
    )
    return await _contact(participant_id, settings, actor)


@post("/participants/{participant_id:uuid}/stop-texts", operation_id="stop_texts",
      status_code=204, guards=_MANAGE)  # fmt: skip
async def stop_texts(
    participant_id: FromPath[UUID],
    actor: NamedDependency[Actor],
    settings: NamedDependency[Settings],
) -> None:
    """Stop all texts to a person's number at once, on every programme."""
    await safe_contacts.stop_texts(participant_id, settings=settings, by=actor)


@post("/participants/{participant_id:uuid}/texts-again", operation_id="texts_again",
      status_code=200, guards=_MANAGE)  # fmt: skip
async def texts_again(
    participant_id: FromPath[UUID],
    data: JSONBody[TextsAgainIn],
    actor: NamedDependency[Actor],
    settings: NamedDependency[Settings],
) -> SafeContactOut:
    """Record that the person asked today for texts again."""
    await safe_contacts.texts_again(
        participant_id, data.confirmed_with, version=data.version, settings=settings, by=actor
    )
    return await _contact(participant_id, settings, actor)


async def _contact(participant_id: UUID, settings: Settings, actor: Actor) -> SafeContactOut:
    stands = await safe_contacts.number_stands(participant_id, settings=settings, by=actor)
    return SafeContactOut.of(await queries.safe_contact(participant_id, scope=actor.scope), stands)


ROUTES = Router(
    "/",
    route_handlers=[
        list_participants, add_participant, get_participant, change_participant,
        get_safe_contact, save_safe_contact, stop_texts, texts_again,
    ],
    tags=["people"],
)  # fmt: skip
