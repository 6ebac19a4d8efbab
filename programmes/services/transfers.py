"""Moves people from one group of a programme to another; their units carry over."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from core import audit, clock, database
from core.announcements import announce
from core.errors import FieldError, NotFoundError
from core.ids import new_id
from core.scope import Actor, Permission
from programmes.domain.terms import EnrolmentStatus
from programmes.errors import AlreadyEnrolledError, OtherProgrammeError
from programmes.queries.cohorts import CohortView, cohort
from programmes.queries.progress import EnrolmentView, MemberView
from programmes.services import conflicts, counts, pauses, placements, reach, reviews
from programmes.services.enrolments import early_fault
from programmes.services.fields import near_fault, refuse
from programmes.services.starts import keep_starts
from programmes.tables import Enrolment


@dataclass(frozen=True, slots=True)
class Transfer:
    """Where somebody goes, and from when; without the day from today, or the group's start."""

    cohort_id: UUID
    version: int
    joined_on: date | None = None


async def transfer(enrolment_id: UUID, wanted: Transfer, *, by: Actor) -> UUID:
    """Move somebody to another group of the same programme and answer the new enrolment's id.

    The new place continues the old one: one start, one outcome, one referral, one plan. The old
    place is free at once, also where the new group begins later.

    Raises:
        OtherProgrammeError: the group is of another programme.
        CannotJoinError: somebody there is to be kept apart from them (D3, D6).
        CohortFullError: the group has no place left.
        EnrolmentEndedError, StaleVersionError: as stored now.
    """
    view = await placements.open_placement_to_change(enrolment_id, by=by)
    into = await _target(view, wanted.cohort_id, by)
    joined_on = _joined_on(view.member, into, wanted)
    row = Enrolment(
        id=new_id(), participant=view.member.participant_id, cohort=into.id,
        referral=view.member.referral_id, joined_on=joined_on, status=EnrolmentStatus.ENROLLED,
        created_at=clock.now(), continues=enrolment_id,
        planned_sessions=view.member.planned_sessions, plan=view.member.plan,
    )  # fmt: skip
    async with conflicts.noting(by), database.transaction():
        await counts.alone_at([view.cohort.id, into.id])
        await conflicts.refuse_if_apart(view.member.participant_id, into.id)
        await _close(view, _last_day(view.member, joined_on), version=wanted.version, by=by)
        with database.refusing(Enrolment, one_open_enrolment_per_person=AlreadyEnrolledError()):
            await row.save()
        await pauses.carry_over(enrolment_id, row.id, joined_on=joined_on)
        await reviews.carry_over(enrolment_id, row.id, cohort=into, by=by)
        await placements.swap(left=view.cohort.id, joined=into.id)
        await keep_starts([row.id], by=by)
        await counts.keep_counts([enrolment_id])
        await _record(view, row.id, into, by)
        await announce(people={view.member.participant_id})
    return row.id


def _joined_on(member: MemberView, into: CohortView, wanted: Transfer) -> date:
    joined_on = wanted.joined_on or max(clock.today(), into.starts_on)
    early = joined_on < member.joined_on <= clock.today()
    refuse(
        [
            near_fault("joined_on", joined_on),
            early_fault(joined_on, into),
            FieldError("joined_on", "Enter a day on or after they joined") if early else None,
        ]
    )
    return joined_on


async def _record(view: EnrolmentView, made_id: UUID, into: CohortView, by: Actor) -> None:
    old_id = view.member.enrolment_id
    for subject, other in ((old_id, made_id), (made_id, old_id)):
        await audit.record(
            "transferred", by=by, subject_type=audit.Subject.ENROLMENT, subject=subject,
            side=into.side, organisation_id=into.organisation_id,
            before={"cohort": view.cohort.id}, after={"cohort": into.id, "other": other},
        )  # fmt: skip


async def _target(view: EnrolmentView, cohort_id: UUID, by: Actor) -> CohortView:
    into = await cohort(cohort_id, scope=by.scope)
    here = view.cohort
    if (into.side, into.organisation_id) != (here.side, here.organisation_id):
        raise NotFoundError
    await reach.require_cohort(cohort_id, Permission.MANAGE_PEOPLE, by=by)
    if into.id == here.id:
        refuse([FieldError("cohort_id", "They are in this group already")])
    if into.programme_id != here.programme_id:
        raise OtherProgrammeError
    return into


def _last_day(member: MemberView, joined_on: date) -> date:
    """Answer the last day in the old group: the day before, but neither ahead nor too early."""
    return max(min(clock.today(), joined_on - timedelta(days=1)), _first_day(member))


def _first_day(member: MemberView) -> date:
    """Answer the day of joining; whoever goes before it has come has joined today at most."""
    return min(member.joined_on, clock.today())


async def _close(view: EnrolmentView, on: date, *, version: int, by: Actor) -> None:
    member = view.member
    columns = {
        "status": EnrolmentStatus.TRANSFERRED.value,
        "ended_on": on,
        "joined_on": _first_day(member),
    }
    await placements.save(member.enrolment_id, columns, version=version, by=by)
    await placements.cancel_coming_own_sessions(member.enrolment_id)
