"""What people answer for equality monitoring, under ``/api/v1/participants``."""

from uuid import UUID

from litestar import Router, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.guards import requires
from api.schemas.equality import EqualityIn, EqualityOut
from core import audit
from core.scope import Actor, Permission
from programmes.queries.equality import answers_of_person
from programmes.queries.participants import participant
from programmes.services.equality import save_answers
from programmes.services.viewing import viewed


@get(
    "/participants/{participant_id:uuid}/equality",
    operation_id="get_equality",
    guards=[requires(Permission.VIEW_CASES)],
)
async def get_equality(
    participant_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> EqualityOut:
    """Answer what a person answered for equality monitoring; the view is audited."""
    found = await participant(participant_id, scope=actor.scope)
    await viewed(
        audit.Subject.PARTICIPANT, participant_id, side=found.side,
        organisation_id=found.organisation_id, by=actor,
    )  # fmt: skip
    return EqualityOut.of(await answers_of_person(participant_id, scope=actor.scope))


@put(
    "/participants/{participant_id:uuid}/equality",
    operation_id="save_equality",
    guards=[requires(Permission.MANAGE_PEOPLE)],
)
async def save_equality(
    participant_id: FromPath[UUID], data: JSONBody[EqualityIn], actor: NamedDependency[Actor]
) -> EqualityOut:
    """Record what a person answered, in place of what was recorded before."""
    await save_answers(participant_id, data.answers(), version=data.version, by=actor)
    return EqualityOut.of(await answers_of_person(participant_id, scope=actor.scope))


ROUTES = Router("/", route_handlers=[get_equality, save_equality], tags=["people"])
