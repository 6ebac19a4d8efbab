"""Writes down who was passed over for a place, and why."""

from dataclasses import dataclass
from uuid import UUID

from core import audit, clock
from core.scope import Actor
from programmes.queries.cohorts import CohortView, cohort
from programmes.queries.waiting import WaiterView, waiting
from programmes.services.fields import refuse, text_fault
from programmes.tables import WaitingPass

LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class PassingOver:
    """Those who waited longer for the place that somebody else is given, and why."""

    passed: tuple[WaiterView, ...]
    because: str


async def passing_over(
    cohort_id: UUID, participant_id: UUID, because: str, *, by: Actor
) -> PassingOver:
    """Answer whom giving this person a place passes over; ``because`` is kept for each of them.

    Raises:
        InvalidInputError: the reason is too long.
    """
    refuse([text_fault("because", because, longest=LONGEST_REASON, required=False)])
    group = await cohort(cohort_id, scope=by.scope)
    found = await waiting(group.programme_id, scope=by.scope, group=group)
    chosen = [item for item in found.ready if item.referral.participant_id == participant_id]
    passed = found.passed_over_for(chosen[0].referral.id) if chosen else ()
    return PassingOver(passed, because.strip())


async def note(passing: PassingOver | None, into: CohortView, *, by: Actor) -> None:
    """Write who was passed over, where a reason was given; call it in the enrolment's transaction.

    Each line is kept with the referral of the person who was passed over.
    """
    if passing is None or not passing.passed or not passing.because:
        return
    await WaitingPass.insert(
        *[
            WaitingPass(
                referral=item.referral.id, cohort=into.id, reason=passing.because,
                recorded_by=by.account_id, recorded_at=clock.now(),
            )
            for item in passing.passed
        ]
    )  # fmt: skip
    await audit.record(
        "passed_over", by=by, subject_type=audit.Subject.COHORT, subject=into.id,
        side=into.side, organisation_id=into.organisation_id,
        after={"referrals": [item.referral.id for item in passing.passed]},
    )  # fmt: skip
