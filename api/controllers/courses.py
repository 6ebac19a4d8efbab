"""Courses under ``/api/v1``."""

from uuid import UUID

from litestar import Router, get, patch, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.guards import requires
from api.schemas.base import CreatedOut, ListOut
from api.schemas.courses import CourseIn, CourseOut, CoursePatch, CoversIn
from core.pagination import Cursor
from core.scope import Actor, Permission
from training.queries import catalogue
from training.services import courses

_SEES = [requires(Permission.VIEW_STAFF)]
_MANAGES = [requires(Permission.MANAGE_COURSES)]


@get("/courses", operation_id="list_courses", guards=_SEES)
async def list_courses(
    actor: NamedDependency[Actor], cursor: NamedDependency[Cursor]
) -> ListOut[CourseOut]:
    """List the courses of the shared catalogue."""
    return ListOut.of(await catalogue.courses(scope=actor.scope, cursor=cursor), CourseOut.of)


@post("/courses", operation_id="add_course", guards=_MANAGES)
async def add_course(data: JSONBody[CourseIn], actor: NamedDependency[Actor]) -> CreatedOut:
    """Add a course."""
    return CreatedOut(id=await courses.add_course(data.details(), by=actor))


@get("/courses/{course_id:uuid}", operation_id="get_course", guards=_SEES)
async def get_course(course_id: FromPath[UUID], actor: NamedDependency[Actor]) -> CourseOut:
    """Answer one course."""
    return CourseOut.of(await catalogue.course(course_id, scope=actor.scope))


@patch("/courses/{course_id:uuid}", operation_id="change_course", guards=_MANAGES)
async def change_course(
    course_id: FromPath[UUID], data: JSONBody[CoursePatch], actor: NamedDependency[Actor]
) -> CourseOut:
    """Change a course, or retire it from a day on; what is left out stays."""
    view = await catalogue.course(course_id, scope=actor.scope)
    await courses.change_course(course_id, data.applied_to(view), version=data.version, by=actor)
    return CourseOut.of(await catalogue.course(course_id, scope=actor.scope))


@put("/courses/{course_id:uuid}/covers", operation_id="set_course_covers", guards=_MANAGES)
async def set_course_covers(
    course_id: FromPath[UUID], data: JSONBody[CoversIn], actor: NamedDependency[Actor]
) -> CourseOut:
    """Say which courses whoever completed this one need not complete."""
    await courses.set_covers(course_id, data.course_ids, version=data.version, by=actor)
    return CourseOut.of(await catalogue.course(course_id, scope=actor.scope))


ROUTES = Router(
    "/",
    route_handlers=[list_courses, add_course, get_course, change_course, set_course_covers],
    tags=["training"],
)
