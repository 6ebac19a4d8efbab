"""Plans how many sessions one person is to attend, and what for; never a gate of completion."""

from dataclasses import dataclass
from uuid import UUID

from core import audit, database
from core.scope import Actor
from programmes.services import placements
from programmes.services.fields import range_fault, refuse, text_fault
from programmes.tables import Enrolment

MOST_SESSIONS = 500
LONGEST_PLAN = 500


@dataclass(frozen=True, slots=True)
class IndividualPlan:
    """How many sessions are planned for one person, ``None`` for no number, and what for."""

    planned_sessions: int | None
    plan: str = ""


async def save_plan(enrolment_id: UUID, new: IndividualPlan, *, version: int, by: Actor) -> None:
    """Write down somebody's plan as it is now.

    Raises:
        EnrolmentEndedError: the place has ended.
        StaleVersionError: somebody else saved this place in the meantime.
    """
    view = await placements.open_placement_to_change(enrolment_id, by=by)
    refuse(
        [
            range_fault("planned_sessions", new.planned_sessions, 1, MOST_SESSIONS),
            text_fault("plan", new.plan, longest=LONGEST_PLAN, required=False, lines=True),
        ]
    )
    member = view.member
    columns = {"planned_sessions": new.planned_sessions, "plan": new.plan.strip()}
    before, after = audit.changed(
        {"planned_sessions": member.planned_sessions, "plan": member.plan}, columns,
        personal=Enrolment.PERSONAL,
    )  # fmt: skip
    async with database.transaction():
        await placements.save(enrolment_id, columns, version=version, by=by)
        await audit.record(
            "plan_saved", by=by, subject_type=audit.Subject.ENROLMENT, subject=enrolment_id,
            side=view.cohort.side, organisation_id=view.cohort.organisation_id,
            before=before, after=after,
        )  # fmt: skip
