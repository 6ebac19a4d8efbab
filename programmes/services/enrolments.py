"""Enrols people within capacity: first places, and places of who comes back."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from core import audit, clock, database
from core.announcements import announce
from core.errors import FieldError, InvalidInputError, NotFoundError
from core.ids import new_id
from core.scope import Actor, Permission
from programmes.domain.entry import entry_fault
from programmes.domain.exits import allows_rejoin
from programmes.domain.moves import READY_FOR_A_PLACE
from programmes.domain.terms import (
    CLOSED_REFERRALS,
    EnrolmentStatus,
    ExitReason,
    ReferralStatus,
)
from programmes.errors import AlreadyEnrolledError, NotEligibleYetError, ReferralMoveError
from programmes.queries.cohorts import CohortView, cohort
from programmes.queries.participants import participant
from programmes.queries.referrals import ReferralView, open_referral_of, referral
from programmes.queries.timetables import entry_sessions
from programmes.services import conflicts, counts, placements, reach, waiting
from programmes.services.fields import near_fault, refuse
from programmes.services.moves import Why, move
from programmes.services.starts import keep_starts
from programmes.services.waiting import PassingOver
from programmes.tables import Enrolment

_NOT_THEIRS = "Choose this person's open referral to the programme"


@dataclass(frozen=True, slots=True)
class _Way:
    """How somebody comes into a group: on which referral, continuing which place with its plan."""

    referral_id: UUID | None = None
    continues: UUID | None = None
    planned_sessions: int | None = None
    plan: str = ""


async def enrol(
    cohort_id: UUID,
    participant_id: UUID,
    *,
    referral_id: UUID | None = None,
    joined_on: date | None = None,
    passing: PassingOver | None = None,
    by: Actor,
) -> UUID:
    """Give a person a place in a cohort and answer the enrolment's id.

    Without ``joined_on`` the person joins today, or when the cohort starts, if that is later.
    Without ``referral_id`` the place is on their open referral to the programme, if they have one.
    On the referral of an earlier place that they left, its units carry over.

    Raises:
        AlreadyEnrolledError: the person has an open enrolment.
        CannotJoinError: somebody there is to be kept apart from them (D3, D6).
        CohortFullError: there is no place left.
        NotEligibleYetError: they have not completed the programme that this one follows (S7).
        NotFoundError: cohort, person or referral are not visible, or of different sides.
        ReferralMoveError: the referral is not where a place can be given.
    """
    into = await _into(cohort_id, participant_id, by)
    joined_on = joined_on or max(clock.today(), into.starts_on)
    refuse([near_fault("joined_on", joined_on), early_fault(joined_on, into)])
    way = await _way(participant_id, into, referral_id, by)
    if way.continues is None:
        await _refuse_newcomer(participant_id, joined_on, into, by)
    row = Enrolment(
        id=new_id(), participant=participant_id, cohort=cohort_id, referral=way.referral_id,
        joined_on=joined_on, status=EnrolmentStatus.ENROLLED, created_at=clock.now(),
        continues=way.continues, planned_sessions=way.planned_sessions, plan=way.plan,
    )  # fmt: skip
    async with conflicts.noting(by), database.transaction():
        await counts.alone_at([cohort_id])
        await conflicts.refuse_if_apart(participant_id, cohort_id)
        await _take(row, way, into, by)
        await waiting.note(passing, into, by=by)
    return row.id


async def _take(row: Enrolment, way: _Way, into: CohortView, by: Actor) -> None:
    with database.refusing(Enrolment, one_open_enrolment_per_person=AlreadyEnrolledError()):
        await row.save()
    await placements.take(into.id)
    await _schedule(way, into, by)
    await keep_starts([row.id] if way.continues else [], by=by)
    await counts.keep_counts([row.id])
    await audit.record(
        "enrolled", by=by, subject_type=audit.Subject.ENROLMENT, subject=row.id,
        side=into.side, organisation_id=into.organisation_id,
        after={"cohort": into.id, "joined_on": row.joined_on, "continues": way.continues},
    )  # fmt: skip
    await announce(people={row.participant})


async def _into(cohort_id: UUID, participant_id: UUID, by: Actor) -> CohortView:
    """Answer a cohort that ``by`` may add this person to."""
    into = await cohort(cohort_id, scope=by.scope)
    by.require(Permission.MANAGE_PEOPLE, side=into.side, organisation_id=into.organisation_id)
    await reach.require_cohort(cohort_id, Permission.MANAGE_PEOPLE, by=by)
    await _require_person(participant_id, into, by)
    return into


async def _require_person(participant_id: UUID, into: CohortView, by: Actor) -> None:
    """Hide a person who belongs elsewhere; refuse one whom ``by`` may only see."""
    person = await participant(participant_id, scope=by.scope)
    if (person.side, person.organisation_id) != (into.side, into.organisation_id):
        raise NotFoundError
    await reach.require_participant(participant_id, Permission.MANAGE_PEOPLE, by=by)


def early_fault(joined_on: date, into: CohortView) -> FieldError | None:
    """Answer that nobody joins before the group begins, or ``None``."""
    if joined_on >= into.starts_on:
        return None
    return FieldError("joined_on", f"The cohort starts on {into.starts_on:%d %B %Y}")


async def _refuse_newcomer(
    participant_id: UUID, joined_on: date, into: CohortView, by: Actor
) -> None:
    """Refuse a day on which nobody new may join, and who has not done what comes before (S7)."""
    sessions = await entry_sessions(into.id, scope=by.scope)
    fault = entry_fault(into.group_model, joined_on, sessions)
    refuse([FieldError("joined_on", fault) if fault else None])
    await _require_completion_before(participant_id, into)


async def _require_completion_before(participant_id: UUID, into: CohortView) -> None:
    lacking = await database.run(
        "SELECT g.id FROM programmes g WHERE g.id = {} AND g.follows IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM enrolments e JOIN cohorts c ON c.id = e.cohort"
        " JOIN programme_versions v ON v.id = c.programme_version WHERE e.participant = {}"
        " AND e.status = {} AND v.programme = g.follows)",
        into.programme_id,
        participant_id,
        EnrolmentStatus.COMPLETED.value,
    )
    if lacking:
        raise NotEligibleYetError


async def _way(participant_id: UUID, into: CohortView, referral_id: UUID | None, by: Actor) -> _Way:
    """Answer the referral that the place is on, and the place that it continues, if any."""
    found = await _referral(participant_id, into, referral_id, by)
    if found is None:
        return _Way()
    if found.status not in READY_FOR_A_PLACE:
        raise ReferralMoveError(
            f"A referral that is {found.status.value.replace('_', ' ')} cannot be given a place"
        )
    rows = (
        await Enrolment.select(
            Enrolment.id,
            Enrolment.status,
            Enrolment.exit_reason,
            Enrolment.planned_sessions,
            Enrolment.plan,
        )
        .where(Enrolment.referral == found.id)
        .order_by(Enrolment.id, ascending=False)
        .limit(1)
    )
    left = rows and rows[0]["status"] == EnrolmentStatus.EXITED
    if left and allows_rejoin(ExitReason(rows[0]["exit_reason"])):
        return _Way(found.id, rows[0]["id"], rows[0]["planned_sessions"], rows[0]["plan"])
    return _Way(found.id)


async def _referral(
    participant_id: UUID, into: CohortView, referral_id: UUID | None, by: Actor
) -> ReferralView | None:
    if referral_id is None:
        return await open_referral_of(participant_id, into.programme_id, scope=by.scope)
    try:
        found = await referral(referral_id, scope=by.scope)
    except NotFoundError:
        raise InvalidInputError.of("referral_id", _NOT_THEIRS) from None
    theirs = (found.participant_id, found.programme_id) == (participant_id, into.programme_id)
    if not theirs or found.status in CLOSED_REFERRALS:
        raise InvalidInputError.of("referral_id", _NOT_THEIRS)
    return found


async def _schedule(way: _Way, into: CohortView, by: Actor) -> None:
    if way.referral_id is None:
        return
    why = "Given a place again" if way.continues else "Given a place"
    await move(
        way.referral_id, ReferralStatus.SCHEDULED, Why(clock.today(), why),
        side=into.side, organisation_id=into.organisation_id, by=by,
    )  # fmt: skip
