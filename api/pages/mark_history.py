"""What one mark was before each correction, who changed it and why."""

from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath

from accounts.queries import account_names
from api.guards import requires
from api.pages.marks import words_of
from api.pages.rendering import AnyRequest, Page, page, words
from core import audit
from core.scope import Actor, Permission, Side
from programmes.domain.register import Entry
from programmes.queries.mark_history import MarkHistory, MarkState, mark_history
from programmes.services.viewing import viewed


@get(
    "/attendances/{attendance_id:uuid}/history",
    guards=[requires(Permission.VIEW_CASES)],
    include_in_schema=False,
)
async def mark_history_page(
    request: AnyRequest, attendance_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show the history of a mark; the view is audited."""
    found = await mark_history(attendance_id, scope=actor.scope)
    await viewed(
        audit.Subject.ATTENDANCE, attendance_id, side=found.session.side,
        organisation_id=found.session.organisation_id, by=actor,
    )  # fmt: skip
    people = {state.recorded_by for state in found.states if state.recorded_by}
    names = await account_names(people, scope=actor.scope)
    return page(
        request, "registers/history.html", session=found.session, name=found.name,
        states=[
            {
                "at": state.recorded_at,
                "by": names.get(state.recorded_by, "") if state.recorded_by else "",
                "says": _says(state, found),
                "note": state.note,
                "reason": state.reason,
            }
            for state in found.states
        ],
    )  # fmt: skip


def _says(state: MarkState, found: MarkHistory) -> list[str]:
    """Answer a mark in words, as its side has them."""
    mark, side = state.mark, found.session.side
    entry = Entry(
        found.enrolment_id, mark.outcome, acceptable=mark.acceptable, engaged=mark.engaged
    )
    said = [words_of(entry, side)]
    if side is Side.PERPETRATOR and mark.outcome.value == "absent_notified":
        said.append("Told us before")
    if mark.absence_reason:
        said.append(f"Reason: {words(mark.absence_reason).lower()}")
    if mark.minutes_late is not None:
        said.append(f"{mark.minutes_late} minutes late")
    if mark.minutes_attended is not None:
        said.append(f"Stayed {mark.minutes_attended} minutes")
    return said


ROUTES = [mark_history_page]
