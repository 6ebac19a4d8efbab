"""Who learns of a changed session by text, and whom somebody has to ring."""

from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath

from api.guards import requires
from api.pages.rendering import AnyRequest, Page, page, short_day, wall_time
from api.session_texts import Told, who_is_told
from core.errors import NotFoundError
from core.scope import Actor, Permission
from messaging.queries.about import Notice
from programmes.domain.terms import SessionStatus
from programmes.queries.cohorts import session
from programmes.services.viewing import Listing, listed


@get("/sessions/{session_id:uuid}/tell", include_in_schema=False,
     guards=[requires(Permission.MANAGE_COHORTS)])  # fmt: skip
async def tell_page(
    request: AnyRequest, session_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show who is told of a change by text and who is not."""
    found = await session(session_id, scope=actor.scope)
    if found.revision == 1:
        raise NotFoundError
    actor.require(Permission.MANAGE_COHORTS, side=found.side, organisation_id=found.organisation_id)
    people = await who_is_told(found, by=actor)
    await listed(Listing.MESSAGES, len(people), permission=Permission.VIEW_MESSAGES, by=actor)
    return page(
        request, "sessions/tell.html", session=found,
        is_cancelled=found.status is SessionStatus.CANCELLED,
        to_ring=[_line(one) for one in people if one.notice is None],
        by_text=[_line(one) for one in people if one.notice],
    )  # fmt: skip


def _line(one: Told) -> dict[str, str]:
    return {
        "name": one.name,
        "had": "Yes" if one.had_a_text else "No",
        "notice": _when(one.notice) if one.notice else "",
    }


def _when(notice: Notice) -> str:
    if notice.has_left:
        return "Sent"
    return f"Goes out from {short_day(notice.at)}, {wall_time(notice.at)}"


ROUTES = [tell_page]
