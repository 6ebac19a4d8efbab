"""Sessions, and what can be done to them, under ``/api/v1``."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from litestar import Router, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from api.guards import requires
from api.schemas.base import ListOut
from api.schemas.sessions import (
    CancellationIn,
    ChangePlanOut,
    FacilitatorsIn,
    PutBackIn,
    RescheduleIn,
    SessionOut,
)
from api.session_texts import texts_of
from core.clock import instant_of
from core.errors import InvalidInputError
from core.pagination import Cursor
from core.scope import Actor, Permission
from programmes.domain.session_changes import Change
from programmes.queries import cohorts as queries
from programmes.services import facilitators
from programmes.services import sessions as services

_VIEW = [requires(Permission.VIEW_CASES)]
_MANAGE = [requires(Permission.MANAGE_COHORTS)]
Preview = Annotated[bool, QueryParameter(name="preview")]


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
      status_code=200)  # fmt: skip
async def cancel_session(
    session_id: FromPath[UUID],
    data: JSONBody[CancellationIn],
    actor: NamedDependency[Actor],
    preview: Preview = False,  # noqa: FBT002 - a query parameter
) -> ChangePlanOut:
    """Cancel a session; with ``cascade`` its unit is run on the next slot, and later ones move on.

    With ``preview`` nothing is saved.
    """
    return await _do(session_id, data.change(), data.plan, actor, preview=preview)


@post("/sessions/{session_id:uuid}/reinstate", operation_id="reinstate_session", guards=_MANAGE,
      status_code=200)  # fmt: skip
async def reinstate_session(
    session_id: FromPath[UUID],
    data: JSONBody[PutBackIn],
    actor: NamedDependency[Actor],
    preview: Preview = False,  # noqa: FBT002 - a query parameter
) -> ChangePlanOut:
    """Put a cancelled session back; with ``preview`` nothing is saved."""
    return await _do(session_id, data.change(), data.plan, actor, preview=preview)


@post("/sessions/{session_id:uuid}/reschedule", operation_id="reschedule_session", guards=_MANAGE,
      status_code=200)  # fmt: skip
async def reschedule_session(
    session_id: FromPath[UUID],
    data: JSONBody[RescheduleIn],
    actor: NamedDependency[Actor],
    preview: Preview = False,  # noqa: FBT002 - a query parameter
) -> ChangePlanOut:
    """Move a session, or with ``cascade`` it and those after it; with ``preview`` nothing is saved.

    Past and marked sessions never move.
    """
    return await _do(session_id, data.change(), data.plan, actor, preview=preview)


async def _do(
    session_id: UUID, change: Change, plan_key: str | None, actor: Actor, *, preview: bool
) -> ChangePlanOut:
    if preview:
        plan = await services.preview(session_id, change, by=actor)
    else:
        plan = await services.change(session_id, change, plan_key=plan_key, by=actor)
    return ChangePlanOut.of(plan, await texts_of(plan, by=actor))


@put("/sessions/{session_id:uuid}/facilitators", operation_id="take_session", guards=_MANAGE,
     status_code=204)  # fmt: skip
async def take_session(
    session_id: FromPath[UUID], data: JSONBody[FacilitatorsIn], actor: NamedDependency[Actor]
) -> None:
    """Say who takes one session; with an empty list it is the cohort's facilitators again."""
    await facilitators.take_session(session_id, data.takers(), by=actor)


ROUTES = Router(
    "/",
    route_handlers=[
        list_sessions, cancel_session, reinstate_session, reschedule_session, take_session,
    ],
    tags=["sessions"],
)  # fmt: skip
