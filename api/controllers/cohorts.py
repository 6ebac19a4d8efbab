"""Cohorts under ``/api/v1``."""

from uuid import UUID

from litestar import Router, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.guards import requires
from api.schemas.base import CreatedOut, ListOut
from api.schemas.cohorts import (
    CohortChangeIn,
    CohortIn,
    CohortOneOut,
    CohortOut,
    MatrixOut,
    PlanOut,
)
from api.schemas.enrolments import EnrolmentIn, MatrixRowOut, MemberOut
from api.schemas.sessions import SessionOut
from core import audit
from core.pagination import Cursor
from core.scope import Actor, Permission
from programmes.queries import cohorts as queries
from programmes.queries.progress import members
from programmes.queries.timetables import facilitation
from programmes.services import cohort_changes, enrolments
from programmes.services import cohorts as services
from programmes.services.viewing import viewed
from programmes.services.waiting import passing_over

_VIEW = [requires(Permission.VIEW_CASES)]
_MANAGE = [requires(Permission.MANAGE_COHORTS)]


@get("/cohorts", operation_id="list_cohorts", guards=_VIEW)
async def list_cohorts(
    actor: NamedDependency[Actor], cursor: NamedDependency[Cursor]
) -> ListOut[CohortOut]:
    """List cohorts, newest first."""
    return ListOut.of(await queries.cohorts(scope=actor.scope, cursor=cursor), CohortOut.of)


@post("/cohorts/preview", operation_id="preview_cohort", guards=_MANAGE, status_code=200)
async def preview_cohort(data: JSONBody[CohortIn], actor: NamedDependency[Actor]) -> PlanOut:
    """Answer the timetable that creating the cohort would make; nothing is saved."""
    return PlanOut.of(await services.preview(data.new(), by=actor))


@post("/cohorts", operation_id="create_cohort", guards=_MANAGE)
async def create_cohort(data: JSONBody[CohortIn], actor: NamedDependency[Actor]) -> CreatedOut:
    """Create a cohort with its timetable."""
    return CreatedOut(id=await services.create(data.new(), by=actor))


@get("/cohorts/{cohort_id:uuid}", operation_id="get_cohort", guards=_VIEW)
async def get_cohort(cohort_id: FromPath[UUID], actor: NamedDependency[Actor]) -> CohortOneOut:
    """Answer a cohort with its facilitators, the lead first."""
    found = await queries.cohort(cohort_id, scope=actor.scope)
    return CohortOneOut.with_facilitators(found, await facilitation(cohort_id, scope=actor.scope))


@patch("/cohorts/{cohort_id:uuid}", operation_id="change_cohort", guards=_MANAGE, status_code=204)
async def change_cohort(
    cohort_id: FromPath[UUID], data: JSONBody[CohortChangeIn], actor: NamedDependency[Actor]
) -> None:
    """Change a cohort's places, facilitators or sex; what is left out stays."""
    await cohort_changes.change(cohort_id, data.changes(), by=actor)


@get("/cohorts/{cohort_id:uuid}/sessions", operation_id="list_cohort_sessions", guards=_VIEW)
async def list_cohort_sessions(
    cohort_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> ListOut[SessionOut]:
    """List a cohort's sessions in order of time."""
    await queries.cohort(cohort_id, scope=actor.scope)
    found = await queries.sessions_of(cohort_id, scope=actor.scope)
    return ListOut(items=[SessionOut.of(item) for item in found], next=None)


@get("/cohorts/{cohort_id:uuid}/members", operation_id="list_members", guards=_VIEW)
async def list_members(
    cohort_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> ListOut[MemberOut]:
    """List everybody who has or had a place in a cohort, with their progress."""
    cohort = await queries.cohort(cohort_id, scope=actor.scope)
    found = await members(cohort_id, scope=actor.scope)
    await viewed(
        audit.Subject.COHORT, cohort_id, side=cohort.side,
        organisation_id=cohort.organisation_id, by=actor,
    )  # fmt: skip
    return ListOut(items=[MemberOut.of(item) for item in found], next=None)


@get("/cohorts/{cohort_id:uuid}/matrix", operation_id="get_matrix", guards=_VIEW)
async def get_matrix(cohort_id: FromPath[UUID], actor: NamedDependency[Actor]) -> MatrixOut:
    """Answer who attended what; the view is audited."""
    cohort = await queries.cohort(cohort_id, scope=actor.scope)
    sessions = await queries.sessions_of(cohort_id, scope=actor.scope)
    people = await members(cohort_id, scope=actor.scope)
    await viewed(
        audit.Subject.COHORT, cohort_id, side=cohort.side,
        organisation_id=cohort.organisation_id, by=actor,
    )  # fmt: skip
    return MatrixOut(
        sessions=[SessionOut.of(item) for item in sessions],
        rows=[MatrixRowOut.of(item) for item in people],
    )


@post(
    "/cohorts/{cohort_id:uuid}/enrolments",
    operation_id="enrol",
    guards=[requires(Permission.MANAGE_PEOPLE)],
)
async def enrol(
    cohort_id: FromPath[UUID], data: JSONBody[EnrolmentIn], actor: NamedDependency[Actor]
) -> CreatedOut:
    """Enrol a participant in a cohort."""
    passing = await passing_over(cohort_id, data.participant_id, data.because, by=actor)
    return CreatedOut(
        id=await enrolments.enrol(
            cohort_id, data.participant_id, referral_id=data.referral_id,
            joined_on=data.joined_on, passing=passing, by=actor,
        )
    )  # fmt: skip


ROUTES = Router(
    "/",
    route_handlers=[
        list_cohorts, preview_cohort, create_cohort, get_cohort, change_cohort,
        list_cohort_sessions, list_members, get_matrix, enrol,
    ],
    tags=["cohorts"],
)  # fmt: skip
