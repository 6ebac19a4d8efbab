"""Courses, requirements, records and compliance under ``/api/v1``."""

from datetime import date
from uuid import UUID

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody

from api.guards import requires
from api.schemas.base import CreatedOut, ListOut
from api.schemas.compliance import (
    ComplianceOut,
    ExemptionIn,
    ExemptionOut,
)
from api.schemas.training import (
    CourseIn,
    CourseOut,
    RequirementIn,
    RequirementOut,
    TrainingRecordIn,
    TrainingRecordOut,
)
from core import clock
from core.pagination import Cursor
from core.scope import Actor, Permission
from training.queries import catalogue, people, records
from training.queries.compliance import DEFAULT_GROUPING, compliance
from training.services import catalogue as catalogue_service
from training.services import records as record_service
from training.services import staff as staff_service

SEES_STAFF = requires(Permission.VIEW_STAFF)
_GROUP_BY = ",".join(DEFAULT_GROUPING)


@get("/courses", operation_id="list_courses", guards=[SEES_STAFF])
async def list_courses(
    actor: NamedDependency[Actor], cursor: NamedDependency[Cursor]
) -> ListOut[CourseOut]:
    """List the courses of the shared catalogue."""
    return ListOut.of(await catalogue.courses(scope=actor.scope, cursor=cursor), CourseOut.of)


@post("/courses", operation_id="add_course", guards=[requires(Permission.MANAGE_COURSES)])
async def add_course(data: JSONBody[CourseIn], actor: NamedDependency[Actor]) -> CreatedOut:
    """Add a course."""
    return CreatedOut(id=await catalogue_service.add_course(data.new(), by=actor))


@get("/requirements", operation_id="list_requirements", guards=[SEES_STAFF])
async def list_requirements(
    actor: NamedDependency[Actor], cursor: NamedDependency[Cursor]
) -> ListOut[RequirementOut]:
    """List the requirements that touch your organisations."""
    found = await catalogue.requirements(scope=actor.scope, cursor=cursor)
    return ListOut.of(found, RequirementOut.of)


@post("/requirements", operation_id="add_requirement",
      guards=[requires(Permission.MANAGE_REQUIREMENTS)])  # fmt: skip
async def add_requirement(
    data: JSONBody[RequirementIn], actor: NamedDependency[Actor]
) -> CreatedOut:
    """Add a requirement."""
    return CreatedOut(id=await catalogue_service.add_requirement(data.new(), by=actor))


@get("/exemptions", operation_id="list_exemptions", guards=[SEES_STAFF])
async def list_exemptions(
    actor: NamedDependency[Actor],
    cursor: NamedDependency[Cursor],
    staff_id: FromQuery[UUID | None] = None,
) -> ListOut[ExemptionOut]:
    """List exemptions, the last recorded first; of one person, the look is audited."""
    await _note_look(staff_id, actor)
    found = await records.exemptions(scope=actor.scope, cursor=cursor, staff_id=staff_id)
    return ListOut.of(found, ExemptionOut.of)


@post("/exemptions", operation_id="add_exemption", guards=[requires(Permission.MANAGE_STAFF)])
async def add_exemption(data: JSONBody[ExemptionIn], actor: NamedDependency[Actor]) -> CreatedOut:
    """Exempt a member of staff for a while."""
    return CreatedOut(id=await record_service.add_exemption(data.new(), by=actor))


@get("/training-records", operation_id="list_training_records", guards=[SEES_STAFF])
async def list_training_records(
    actor: NamedDependency[Actor],
    cursor: NamedDependency[Cursor],
    staff_id: FromQuery[UUID | None] = None,
) -> ListOut[TrainingRecordOut]:
    """List training records, the last recorded first; of one person, the look is audited."""
    await _note_look(staff_id, actor)
    found = await records.records(scope=actor.scope, cursor=cursor, staff_id=staff_id)
    return ListOut.of(found, TrainingRecordOut.of)


@post("/training-records", operation_id="add_training_record",
      guards=[requires(Permission.RECORD_TRAINING)])  # fmt: skip
async def add_training_record(
    data: JSONBody[TrainingRecordIn], actor: NamedDependency[Actor]
) -> CreatedOut:
    """Record that a member of staff completed a course."""
    return CreatedOut(id=await record_service.add_record(data.new(), by=actor))


@get("/training/compliance", operation_id="get_training_compliance", guards=[SEES_STAFF])
async def get_training_compliance(
    actor: NamedDependency[Actor],
    as_of: FromQuery[date | None] = None,
    group_by: FromQuery[str] = _GROUP_BY,
) -> ComplianceOut:
    """Answer compliance on a day, grouped by what ``group_by`` names between commas."""
    wanted = [name.strip() for name in group_by.split(",")]
    found = await compliance(scope=actor.scope, as_of=as_of or clock.today(), group_by=wanted)
    return ComplianceOut.of(found)


async def _note_look(staff_id: UUID | None, actor: Actor) -> None:
    if staff_id:
        person = await people.staff_member(staff_id, scope=actor.scope)
        await staff_service.viewed(person, by=actor)


ROUTES = Router(
    "/",
    route_handlers=[
        list_courses, add_course, list_requirements, add_requirement, list_exemptions,
        add_exemption,
        list_training_records, add_training_record, get_training_compliance,
    ],
    tags=["training"],
)  # fmt: skip
