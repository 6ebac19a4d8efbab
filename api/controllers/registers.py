"""Registers and what belongs to them under ``/api/v1``."""

from uuid import UUID

from litestar import Router, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from accounts.queries import account_names
from api.guards import requires
from api.schemas.registers import RegisterIn, RegisterOut, SavedOut
from core import audit
from core.scope import Actor, Permission
from programmes.errors import StaleRegisterError
from programmes.queries.registers import register
from programmes.services import registers
from programmes.services.viewing import viewed

_VIEW = [requires(Permission.VIEW_CASES)]


@get("/sessions/{session_id:uuid}/register", operation_id="get_register", guards=_VIEW)
async def get_register(session_id: FromPath[UUID], actor: NamedDependency[Actor]) -> RegisterOut:
    """Answer the register of a session."""
    found = await register(session_id, scope=actor.scope)
    await viewed(
        audit.Subject.SESSION, session_id, side=found.session.side,
        organisation_id=found.session.organisation_id, by=actor,
    )  # fmt: skip
    return RegisterOut.of(found)


@put(
    "/sessions/{session_id:uuid}/register",
    operation_id="save_register",
    guards=[requires(Permission.MARK_REGISTERS, Permission.VIEW_CASES)],
)
async def save_register(
    session_id: FromPath[UUID], data: JSONBody[RegisterIn], actor: NamedDependency[Actor]
) -> SavedOut:
    """Save a register: all rows or none; the same content again changes nothing."""
    try:
        return SavedOut(version=await registers.save(session_id, data.submission(), by=actor))
    except StaleRegisterError as error:
        error.extensions = await _meanwhile(session_id, actor)
        raise


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


ROUTES = Router("/", route_handlers=[get_register, save_register], tags=["registers"])
