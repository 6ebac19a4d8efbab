"""Registers and what belongs to them under ``/api/v1``."""

from uuid import UUID

from litestar import Router, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from accounts.queries import account_names
from api.guards import requires
from api.schemas.base import CreatedOut
from api.schemas.registers import (
    CatchUpIn,
    MarkHistoryOut,
    PlannedAbsenceIn,
    RegisterIn,
    RegisterOut,
    SavedOut,
)
from core import audit
from core.scope import Actor, Permission
from programmes.errors import StaleRegisterError
from programmes.queries.mark_history import mark_history
from programmes.queries.registers import register
from programmes.services import catch_ups, not_held, planned_absences, registers
from programmes.services.viewing import viewed

_VIEW = [requires(Permission.VIEW_CASES)]
_MARK = [requires(Permission.MARK_REGISTERS, Permission.VIEW_CASES)]


@get("/sessions/{session_id:uuid}/register", operation_id="get_register", guards=_VIEW)
async def get_register(session_id: FromPath[UUID], actor: NamedDependency[Actor]) -> RegisterOut:
    """Answer the register of a session."""
    found = await register(session_id, scope=actor.scope)
    await viewed(
        audit.Subject.SESSION, session_id, side=found.session.side,
        organisation_id=found.session.organisation_id, by=actor,
    )  # fmt: skip
    return RegisterOut.of(found)


@put("/sessions/{session_id:uuid}/register", operation_id="save_register", guards=_MARK)
async def save_register(
    session_id: FromPath[UUID], data: JSONBody[RegisterIn], actor: NamedDependency[Actor]
) -> SavedOut:
    """Save a register: all rows or none; the same content again changes nothing."""
    try:
        if data.held:
            version = await registers.save(session_id, data.submission(), by=actor)
        else:
            version = await not_held.save(session_id, data.not_held(), by=actor)
    except StaleRegisterError as error:
        error.extensions = await _meanwhile(session_id, actor)
        raise
    return SavedOut(version=version)


async def _meanwhile(session_id: UUID, actor: Actor) -> dict[str, object]:
    """Answer what is stored now, who saved it and when."""
    found = await register(session_id, scope=actor.scope)
    saved_by = found.session.register_saved_by
    names = await account_names({saved_by} if saved_by else set(), scope=actor.scope)
    return {
        "current": RegisterOut.of(found),
        "saved_by": names.get(saved_by) if saved_by else None,
        "saved_at": found.session.register_saved_at,
    }


@post("/sessions/{session_id:uuid}/planned-absences", operation_id="plan_absence", guards=_MARK)
async def plan_absence(
    session_id: FromPath[UUID], data: JSONBody[PlannedAbsenceIn], actor: NamedDependency[Actor]
) -> CreatedOut:
    """Record that somebody told us beforehand that they will not come."""
    return CreatedOut(id=await planned_absences.add(session_id, data.new(), by=actor))


@delete(
    "/sessions/{session_id:uuid}/planned-absences/{planned_id:uuid}",
    operation_id="remove_planned_absence",
    guards=_MARK,
)
async def remove_planned_absence(
    session_id: FromPath[UUID], planned_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> None:
    """Take a planned absence back, because the person will come after all."""
    await planned_absences.remove(session_id, planned_id, by=actor)


@post(
    "/cohorts/{cohort_id:uuid}/catch-ups",
    operation_id="arrange_catch_up",
    guards=[requires(Permission.MANAGE_COHORTS)],
)
async def arrange_catch_up(
    cohort_id: FromPath[UUID], data: JSONBody[CatchUpIn], actor: NamedDependency[Actor]
) -> CreatedOut:
    """Arrange one person's own session, for a unit that they missed or have on their own."""
    return CreatedOut(id=await catch_ups.arrange(cohort_id, data.new(), by=actor))


@get("/attendances/{attendance_id:uuid}/history", operation_id="get_mark_history", guards=_VIEW)
async def get_mark_history(
    attendance_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> MarkHistoryOut:
    """Answer what a mark was before each correction; the view is audited."""
    found = await mark_history(attendance_id, scope=actor.scope)
    await viewed(
        audit.Subject.ATTENDANCE, attendance_id, side=found.session.side,
        organisation_id=found.session.organisation_id, by=actor,
    )  # fmt: skip
    return MarkHistoryOut.of(found)


ROUTES = Router(
    "/",
    route_handlers=[
        get_register, save_register, plan_absence, remove_planned_absence, arrange_catch_up,
        get_mark_history,
    ],
    tags=["registers"],
)  # fmt: skip
