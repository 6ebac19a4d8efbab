"""Outcome measures and what is reported of them, under ``/api/v1``."""

from uuid import UUID

from litestar import Router, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.guards import requires
from api.schemas.base import CreatedOut, ListOut, organisation_or_own
from api.schemas.outcomes import (
    ChosenIn,
    ChosenOut,
    DueOut,
    MeasureIn,
    MeasureOut,
    OutcomeIn,
    OutcomesOut,
    ShippedOut,
    shipped_out,
)
from core import audit
from core.errors import FieldError, InvalidInputError
from core.scope import Actor, Permission
from programmes.queries import measures as queries
from programmes.queries.outcomes import group, outcomes, outcomes_of_cohort
from programmes.queries.outcomes_due import due
from programmes.queries.programmes import programme
from programmes.services import measures as services
from programmes.services.outcomes import record
from programmes.services.viewing import viewed

_VIEW = [requires(Permission.VIEW_CASES)]
_MANAGE = [requires(Permission.MANAGE_PROGRAMMES)]
_SEE = [requires(Permission.VIEW_CASES, Permission.MANAGE_LINKS)]
_RECORD = [requires(Permission.MANAGE_PEOPLE, Permission.MANAGE_LINKS)]


@get("/measures", operation_id="list_measures", guards=_VIEW)
async def list_measures(actor: NamedDependency[Actor]) -> ListOut[MeasureOut]:
    """List the measures that organisations use."""
    found = await queries.measures(scope=actor.scope)
    return ListOut(items=[MeasureOut.of(item) for item in found], next=None)


@get("/measures/shipped", operation_id="list_shipped_measures", guards=_VIEW)
async def list_shipped(actor: NamedDependency[Actor]) -> ListOut[ShippedOut]:
    """List the ready-made measures of one's own sides."""
    return ListOut(items=shipped_out(actor.scope.sides()), next=None)


@post("/measures", operation_id="add_measure", guards=_MANAGE)
async def add_measure(data: JSONBody[MeasureIn], actor: NamedDependency[Actor]) -> CreatedOut:
    """Add a measure to an organisation: a ready-made one, or its own."""
    where = organisation_or_own(
        data.organisation_id, Permission.MANAGE_PROGRAMMES, data.side, by=actor
    )
    if data.shipped is not None:
        return CreatedOut(id=await services.add_shipped(where, data.side, data.shipped, by=actor))
    return CreatedOut(id=await services.add_measure(where, data.side, data.terms(), by=actor))


@get("/programmes/{programme_id:uuid}/measures", operation_id="list_programme_measures",
     guards=_VIEW)  # fmt: skip
async def list_programme_measures(
    programme_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> ChosenOut:
    """Answer which measures a programme takes."""
    return await _chosen(programme_id, actor)


@put("/programmes/{programme_id:uuid}/measures", operation_id="choose_measures", guards=_MANAGE)
async def choose_measures(
    programme_id: FromPath[UUID], data: JSONBody[ChosenIn], actor: NamedDependency[Actor]
) -> ChosenOut:
    """Say which measures a programme takes; those not named it takes no longer."""
    await services.choose_measures(programme_id, data.measures, version=data.version, by=actor)
    return await _chosen(programme_id, actor)


async def _chosen(programme_id: UUID, actor: Actor) -> ChosenOut:
    found = await programme(programme_id, scope=actor.scope)
    taken = await queries.measures_of(programme_id, scope=actor.scope)
    return ChosenOut(version=found.version, items=[MeasureOut.of(item) for item in taken])


@get("/enrolments/{enrolment_id:uuid}/outcomes", operation_id="get_outcomes", guards=_SEE)
async def get_outcomes(enrolment_id: FromPath[UUID], actor: NamedDependency[Actor]) -> OutcomesOut:
    """Answer what may be shown of somebody's outcomes; the view is audited."""
    found = await outcomes(enrolment_id, scope=actor.scope)
    place = found.place
    await viewed(
        audit.Subject.ENROLMENT, place.enrolment_id, side=place.side,
        organisation_id=place.organisation_id, by=actor,
    )  # fmt: skip
    return OutcomesOut.of(found)


@post("/enrolments/{enrolment_id:uuid}/outcomes", operation_id="record_outcome", guards=_RECORD)
async def record_outcome(
    enrolment_id: FromPath[UUID], data: JSONBody[OutcomeIn], actor: NamedDependency[Actor]
) -> CreatedOut:
    """Record what one source reported; once for each measure, timepoint and source."""
    try:
        (report_id,) = await record(enrolment_id, data.sitting(), by=actor)
    except InvalidInputError as error:
        raise InvalidInputError(error.detail, errors=_as_sent(error)) from error
    return CreatedOut(id=report_id)


def _as_sent(error: InvalidInputError) -> list[FieldError]:
    """Answer the faults by the names of this payload, which has a single answer."""
    return [
        FieldError(fault.field.removeprefix("answers[0]."), fault.message) for fault in error.errors
    ]


@get("/cohorts/{cohort_id:uuid}/outcomes", operation_id="list_cohort_outcomes", guards=_SEE)
async def list_cohort_outcomes(
    cohort_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> ListOut[OutcomesOut]:
    """List what may be shown of the outcomes of a group; the view is audited."""
    await _seen(cohort_id, actor)
    found = await outcomes_of_cohort(cohort_id, scope=actor.scope)
    return ListOut(items=[OutcomesOut.of(view) for view in found], next=None)


@get("/cohorts/{cohort_id:uuid}/outcomes/due", operation_id="list_due_outcomes", guards=_SEE)
async def list_due(cohort_id: FromPath[UUID], actor: NamedDependency[Actor]) -> ListOut[DueOut]:
    """List what you are to ask of a group now, the longest due first; the view is audited."""
    await _seen(cohort_id, actor)
    found = await due(scope=actor.scope, cohort_id=cohort_id)
    return ListOut(items=[DueOut.of(view) for view in found], next=None)


async def _seen(cohort_id: UUID, actor: Actor) -> None:
    found = await group(cohort_id, scope=actor.scope)
    await viewed(
        audit.Subject.COHORT, cohort_id, side=found.side,
        organisation_id=found.organisation_id, by=actor,
    )  # fmt: skip


ROUTES = Router(
    "/",
    route_handlers=[
        list_measures, list_shipped, add_measure, list_programme_measures, choose_measures,
        get_outcomes, record_outcome, list_cohort_outcomes, list_due,
    ],
    tags=["outcomes"],
)  # fmt: skip
