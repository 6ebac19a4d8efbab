"""Compliance under ``/api/v1/training``: figures, and the people behind them."""

from datetime import date
from uuid import UUID

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from api.guards import requires
from api.schemas.base import ListOut
from api.schemas.compliance import ComplianceOut
from api.schemas.standings import AheadOut, ExpiringOut, MatrixOut, PeopleOut, PracticeOut
from core import clock
from core.pagination import Cursor
from core.scope import Actor, Permission
from training.domain.compliance import Figure, Targets
from training.domain.requirements import Section
from training.domain.terms import Sector, StaffGroup
from training.domain.windows import Window
from training.queries.behind import people_behind
from training.queries.compliance import DEFAULT_GROUPING, compliance
from training.queries.expiring import expiring
from training.queries.forecast import forecast
from training.queries.matrix import matrix
from training.queries.practices import practices
from training.queries.sections import asked_of_staff, checked_day, within

_SEES_STAFF = [requires(Permission.VIEW_STAFF)]
_GROUP_BY = ",".join(DEFAULT_GROUPING)


@get("/training/compliance", operation_id="get_training_compliance", guards=_SEES_STAFF)
async def get_training_compliance(
    actor: NamedDependency[Actor],
    targets: NamedDependency[Targets],
    as_of: FromQuery[date | None] = None,
    group_by: FromQuery[str] = _GROUP_BY,
    organisation_id: FromQuery[UUID | None] = None,
    requirement_id: FromQuery[UUID | None] = None,
    *,
    mandatory_only: FromQuery[bool] = False,
) -> ComplianceOut:
    """Answer compliance on a day, grouped by what ``group_by`` names between commas."""
    scope = await within(organisation_id, scope=actor.scope)
    wanted = [name.strip() for name in group_by.split(",")]
    asked = await asked_of_staff(
        scope=scope, requirement_id=requirement_id, mandatory_only=mandatory_only
    )
    day = as_of or clock.today()
    found = await compliance(scope=scope, as_of=day, group_by=wanted, asked=asked)
    return ComplianceOut.of(found, targets)


@get("/training/compliance/people", operation_id="list_people_behind_compliance",
     guards=_SEES_STAFF)  # fmt: skip
async def list_people(
    actor: NamedDependency[Actor],
    cursor: NamedDependency[Cursor],
    requirement_id: FromQuery[UUID | None] = None,
    organisation_id: FromQuery[UUID | None] = None,
    team: FromQuery[str | None] = None,
    sector: FromQuery[Sector | None] = None,
    staff_group: FromQuery[StaffGroup | None] = None,
    status: FromQuery[Figure] = Figure.WITHOUT,
    as_of: FromQuery[date | None] = None,
    *,
    mandatory_only: FromQuery[bool] = False,
) -> PeopleOut:
    """List who is behind a figure, the most pressing first; an empty ``team`` is none recorded."""
    day = checked_day(as_of or clock.today())
    scope = await within(organisation_id, scope=actor.scope)
    asked = await asked_of_staff(
        scope=scope, requirement_id=requirement_id, mandatory_only=mandatory_only
    )
    section = Section(
        organisation_id=organisation_id, team=team, sector=sector, staff_group=staff_group
    )
    drilled = await people_behind(
        status, scope=scope, asked=asked, as_of=day, cursor=cursor, section=section
    )
    return PeopleOut.of(drilled, day)


@get("/training/expiring", operation_id="list_expiring_training", guards=_SEES_STAFF)
async def list_expiring(
    actor: NamedDependency[Actor],
    cursor: NamedDependency[Cursor],
    organisation_id: FromQuery[UUID],
    window: FromQuery[Window] = Window.WITHIN_90,
    requirement_id: FromQuery[UUID | None] = None,
    as_of: FromQuery[date | None] = None,
    *,
    mandatory_only: FromQuery[bool] = False,
) -> ExpiringOut:
    """List whose training in one organisation runs out within some days, or has lapsed."""
    day = checked_day(as_of or clock.today())
    scope = await within(organisation_id, scope=actor.scope)
    asked = await asked_of_staff(
        scope=scope, requirement_id=requirement_id, mandatory_only=mandatory_only
    )
    found = await expiring(window, scope=scope, asked=asked, as_of=day, cursor=cursor)
    return ExpiringOut.of(found, day)


@get("/training/matrix", operation_id="get_training_matrix", guards=_SEES_STAFF)
async def get_matrix(
    actor: NamedDependency[Actor],
    cursor: NamedDependency[Cursor],
    organisation_id: FromQuery[UUID],
    team: FromQuery[str | None] = None,
    as_of: FromQuery[date | None] = None,
    *,
    mandatory_only: FromQuery[bool] = False,
) -> MatrixOut:
    """Answer one organisation's people by name against its requirements."""
    day = checked_day(as_of or clock.today())
    scope = await within(organisation_id, scope=actor.scope)
    asked = await asked_of_staff(scope=scope, mandatory_only=mandatory_only)
    section = Section(organisation_id=organisation_id, team=team)
    return MatrixOut.of(
        await matrix(scope=scope, asked=asked, as_of=day, cursor=cursor, section=section)
    )


@get("/training/forecast", operation_id="get_training_forecast", guards=_SEES_STAFF)
async def get_forecast(
    actor: NamedDependency[Actor],
    targets: NamedDependency[Targets],
    requirement_id: FromQuery[UUID | None] = None,
    organisation_id: FromQuery[UUID | None] = None,
    *,
    mandatory_only: FromQuery[bool] = False,
) -> ListOut[AheadOut]:
    """List the figures of today and of the next twelve months' ends, if nobody trains."""
    scope = await within(organisation_id, scope=actor.scope)
    asked = await asked_of_staff(
        scope=scope, requirement_id=requirement_id, mandatory_only=mandatory_only
    )
    ahead = await forecast(scope=scope, asked=asked, since=clock.today())
    return ListOut(items=[AheadOut.of(one, targets) for one in ahead], next=None)


@get("/training/practices", operation_id="list_gp_practices", guards=_SEES_STAFF)
async def list_practices(
    actor: NamedDependency[Actor],
    requirement_id: FromQuery[UUID | None] = None,
    as_of: FromQuery[date | None] = None,
    *,
    mandatory_only: FromQuery[bool] = False,
) -> ListOut[PracticeOut]:
    """List GP practices with how far the team of each is trained (S11)."""
    asked = await asked_of_staff(
        scope=actor.scope, requirement_id=requirement_id, mandatory_only=mandatory_only
    )
    day = checked_day(as_of or clock.today())
    found = await practices(scope=actor.scope, asked=asked, as_of=day)
    return ListOut(items=[PracticeOut.of(practice) for practice in found], next=None)


ROUTES = Router(
    "/",
    route_handlers=[
        get_training_compliance, list_people, list_expiring, get_matrix, get_forecast,
        list_practices,
    ],
    tags=["training"],
)  # fmt: skip
