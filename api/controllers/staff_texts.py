"""Where staff are reminded of training by text, under ``/api/v1``."""

from uuid import UUID

from litestar import Router, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.guards import requires
from api.schemas.staff_texts import StaffTextOut, StaffTextsIn, StaffTextsOut
from core.scope import Actor, Permission
from core.settings import Settings
from messaging.queries.staff import texts_to_staff
from training.queries import people
from training.queries.texts import staff_texts
from training.services import staff, texts

_SEES = [requires(Permission.VIEW_STAFF)]


async def _answer(staff_id: UUID, actor: Actor) -> StaffTextsOut:
    stored = await staff_texts(staff_id, scope=actor.scope)
    found = await texts_to_staff(staff_id, scope=actor.scope)
    return StaffTextsOut(
        number=stored.number or "", agreed_on=stored.agreed_on, version=stored.version,
        texts=[StaffTextOut.of(view) for view in found],
    )  # fmt: skip


@get("/staff/{staff_id:uuid}/texts", operation_id="get_staff_texts", guards=_SEES)
async def get_staff_texts(staff_id: FromPath[UUID], actor: NamedDependency[Actor]) -> StaffTextsOut:
    """Answer where a member of staff is reminded, and their texts; the look is audited."""
    await staff.viewed(await people.staff_member(staff_id, scope=actor.scope), by=actor)
    return await _answer(staff_id, actor)


@put("/staff/{staff_id:uuid}/texts", operation_id="set_staff_texts",
     guards=[requires(Permission.MANAGE_STAFF)])  # fmt: skip
async def set_staff_texts(
    staff_id: FromPath[UUID],
    data: JSONBody[StaffTextsIn],
    actor: NamedDependency[Actor],
    settings: NamedDependency[Settings],
) -> StaffTextsOut:
    """Keep a number, and that its holder agreed to texts about training."""
    await texts.agree(
        staff_id, data.number, data.agreed_on, version=data.version,
        drama_numbers=settings.drama_numbers, by=actor,
    )  # fmt: skip
    return await _answer(staff_id, actor)


ROUTES = Router("/", route_handlers=[get_staff_texts, set_staff_texts], tags=["staff"])
