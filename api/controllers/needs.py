"""What people need, and what happened to them, under ``/api/v1/participants``."""

from uuid import UUID

from litestar import Router, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.guards import requires
from api.schemas.base import ListOut
from api.schemas.needs import HistoryOut, NeedsIn, NeedsOut
from core import audit
from core.scope import Actor, Permission
from programmes.queries.history import history
from programmes.queries.needs import needs_of_person
from programmes.queries.participants import participant
from programmes.services import needs as services
from programmes.services.viewing import viewed

_VIEW = [requires(Permission.VIEW_CASES)]


@get("/participants/{participant_id:uuid}/needs", operation_id="get_needs", guards=_VIEW)
async def get_needs(participant_id: FromPath[UUID], actor: NamedDependency[Actor]) -> NeedsOut:
    """Answer when and where a person can come, and what they need; the view is audited."""
    await _see(participant_id, actor)
    return NeedsOut.of(await needs_of_person(participant_id, scope=actor.scope))


@put(
    "/participants/{participant_id:uuid}/needs",
    operation_id="save_needs",
    guards=[requires(Permission.MANAGE_PEOPLE)],
)
async def save_needs(
    participant_id: FromPath[UUID], data: JSONBody[NeedsIn], actor: NamedDependency[Actor]
) -> NeedsOut:
    """Record a person's needs in place of what was recorded before."""
    await services.save_needs(participant_id, data.details(), version=data.version, by=actor)
    return NeedsOut.of(await needs_of_person(participant_id, scope=actor.scope))


@get("/participants/{participant_id:uuid}/history", operation_id="get_history", guards=_VIEW)
async def get_history(
    participant_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> ListOut[HistoryOut]:
    """Answer every move, place and mark of a person, newest first; the view is audited."""
    await _see(participant_id, actor)
    found = await history(participant_id, scope=actor.scope)
    return ListOut(items=[HistoryOut.of(line) for line in found], next=None)


async def _see(participant_id: UUID, actor: Actor) -> None:
    found = await participant(participant_id, scope=actor.scope)
    await viewed(
        audit.Subject.PARTICIPANT, participant_id, side=found.side,
        organisation_id=found.organisation_id, by=actor,
    )  # fmt: skip


ROUTES = Router("/", route_handlers=[get_needs, save_needs, get_history], tags=["people"])
