"""Requirements under ``/api/v1``."""

from uuid import UUID

from litestar import Router, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from api.guards import requires
from api.schemas.base import CreatedOut, ListOut
from api.schemas.requirement_previews import PreviewOut
from api.schemas.requirements import (
    RequirementEnd,
    RequirementIn,
    RequirementOut,
    RequirementPatch,
)
from core.pagination import Cursor
from core.scope import Actor, Permission
from training.domain.compliance import Targets
from training.queries import catalogue
from training.queries.previews import preview
from training.services import requirements

_SEES = [requires(Permission.VIEW_STAFF)]
_MANAGES = [requires(Permission.MANAGE_REQUIREMENTS)]


@get("/requirements", operation_id="list_requirements", guards=_SEES)
async def list_requirements(
    actor: NamedDependency[Actor], cursor: NamedDependency[Cursor]
) -> ListOut[RequirementOut]:
    """List the requirements that touch your organisations."""
    found = await catalogue.requirements(scope=actor.scope, cursor=cursor)
    return ListOut.of(found, RequirementOut.of)


@post("/requirements", operation_id="add_requirement", guards=_MANAGES)
async def add_requirement(
    data: JSONBody[RequirementIn], actor: NamedDependency[Actor]
) -> CreatedOut:
    """Add a requirement."""
    return CreatedOut(id=await requirements.add_requirement(data.details(), by=actor))


@post("/requirements/preview", operation_id="preview_requirement", status_code=200,
      guards=_MANAGES)  # fmt: skip
async def preview_requirement(
    data: JSONBody[RequirementIn],
    actor: NamedDependency[Actor],
    targets: NamedDependency[Targets],
    replaces: FromQuery[UUID | None] = None,
) -> PreviewOut:
    """Answer what a requirement would do, or what changing one to this would; nothing is saved."""
    old = await requirements.to_change(replaces, by=actor) if replaces else None
    details = await requirements.checked(data.details(), by=actor)
    return PreviewOut.of(await preview(details, replaces=old, scope=actor.scope), targets)


@get("/requirements/{requirement_id:uuid}", operation_id="get_requirement", guards=_SEES)
async def get_requirement(
    requirement_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> RequirementOut:
    """Answer one requirement."""
    return RequirementOut.of(await catalogue.requirement(requirement_id, scope=actor.scope))


@patch("/requirements/{requirement_id:uuid}", operation_id="change_requirement", guards=_MANAGES)
async def change_requirement(
    requirement_id: FromPath[UUID],
    data: JSONBody[RequirementPatch],
    actor: NamedDependency[Actor],
) -> RequirementOut:
    """Change a requirement, for earlier days too; what is left out stays."""
    view = await catalogue.requirement(requirement_id, scope=actor.scope)
    await requirements.change_requirement(
        requirement_id, data.applied_to(view), version=data.version, by=actor
    )
    return RequirementOut.of(await catalogue.requirement(requirement_id, scope=actor.scope))


@post("/requirements/{requirement_id:uuid}/end", operation_id="end_requirement", status_code=200,
      guards=_MANAGES)  # fmt: skip
async def end_requirement(
    requirement_id: FromPath[UUID], data: JSONBody[RequirementEnd], actor: NamedDependency[Actor]
) -> RequirementOut:
    """Let a requirement ask nothing after a day; what it asked before stays."""
    await requirements.end_requirement(
        requirement_id, data.effective_to, version=data.version, by=actor
    )
    return RequirementOut.of(await catalogue.requirement(requirement_id, scope=actor.scope))


ROUTES = Router(
    "/",
    route_handlers=[
        list_requirements, add_requirement, preview_requirement, get_requirement,
        change_requirement, end_requirement,
    ],
    tags=["training"],
)  # fmt: skip
