"""Cohorts and their sessions under ``/api/v1``."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from api.guards import requires
from api.schemas.base import CreatedOut, ListOut
from api.schemas.cohorts import CancellationIn, CohortIn, CohortOut, MatrixOut, PlanOut, SessionOut
from api.schemas.enrolments import EnrolmentIn, MatrixRowOut, MemberOut
from core import audit
from core.clock import instant_of
from core.errors import InvalidInputError
from core.pagination import Cursor
from core.scope import Actor, Permission
from programmes.queries import cohorts as queries
from programmes.queries.progress import members
from programmes.services import cohorts as services
from programmes.services import enrolments
from programmes.services.viewing import viewed

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
async def get_cohort(cohort_id: FromPath[UUID], actor: NamedDependency[Actor]) -> CohortOut:
    """Answer a cohort."""
    return CohortOut.of(await queries.cohort(cohort_id, scope=actor.scope))


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
    return CreatedOut(
        id=await enrolments.enrol(
            cohort_id, data.participant_id, referral_id=data.referral_id,
            joined_on=data.joined_on, by=actor,
        )
    )  # fmt: skip


@get("/sessions", operation_id="list_sessions", guards=_VIEW)
async def list_sessions(
    actor: NamedDependency[Actor],
    cursor: NamedDependency[Cursor],
    since: Annotated[date | None, QueryParameter(name="from")] = None,
    until: Annotated[date | None, QueryParameter(name="to")] = None,
) -> ListOut[SessionOut]:
    """List sessions of all cohorts in order of time; both days are included."""
    found = await queries.sessions(
        scope=actor.scope, cursor=cursor, since=_begin(since), until=_end(until)
    )
    return ListOut.of(found, SessionOut.of)


def _begin(day: date | None) -> datetime | None:
    return instant_of(day, "00:00") if day else None


def _end(day: date | None) -> datetime | None:
    try:
        return instant_of(date.fromordinal(day.toordinal() + 1), "00:00") if day else None
    except (ValueError, OverflowError):
        raise InvalidInputError.of("to", "Enter an earlier day") from None


@post("/sessions/{session_id:uuid}/cancel", operation_id="cancel_session", guards=_MANAGE,
      status_code=204)  # fmt: skip
async def cancel_session(
    session_id: FromPath[UUID], data: JSONBody[CancellationIn], actor: NamedDependency[Actor]
) -> None:
    """Cancel one session; its unsent texts are stopped."""
    if data.cascade:
        raise InvalidInputError.of("cascade", "Moving later sessions is not available")
    await services.cancel_session(session_id, reason=data.reason, by=actor)


ROUTES = Router(
    "/",
    route_handlers=[
        list_cohorts, preview_cohort, create_cohort, get_cohort, list_cohort_sessions,
        list_members, get_matrix, enrol, list_sessions, cancel_session,
    ],
    tags=["cohorts"],
)  # fmt: skip
