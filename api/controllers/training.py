"""Courses and requirements under ``/api/v1``."""

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from api.guards import requires
from api.schemas.base import CreatedOut, ListOut
from api.schemas.training import (
    CourseIn,
    CourseOut,
    RequirementIn,
    RequirementOut,
)
from core.pagination import Cursor
from core.scope import Actor, Permission
from training.queries import catalogue
from training.services import catalogue as catalogue_service

SEES_STAFF = requires(Permission.VIEW_STAFF)


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


ROUTES = Router(
    "/",
    route_handlers=[
        list_courses, add_course, list_requirements, add_requirement,
    ],
    tags=["training"],
)  # fmt: skip
