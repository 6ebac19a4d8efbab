"""Enrols people within capacity, and ends enrolments by completion or exit."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from core import audit, clock, database
from core.errors import FieldError, InvalidInputError, NotFoundError, StaleVersionError
from core.ids import new_id
from core.scope import Actor, Permission
from programmes.domain.completion import END_REVIEW, REPORT_SENT
from programmes.domain.terms import (
    CLOSED_REFERRALS,
    OPEN_ENROLMENTS,
    EnrolmentStatus,
    ExitReason,
    ReferralStatus,
)
from programmes.errors import (
    AlreadyEnrolledError,
    CohortFullError,
    EnrolmentEndedError,
    NotCompletedError,
)
from programmes.queries.cohorts import CohortView, cohort
from programmes.queries.participants import participant
from programmes.queries.progress import EnrolmentView, enrolment
from programmes.services import conflicts, reach
from programmes.services.fields import near_fault, past_fault, refuse
from programmes.tables import Cohort, Enrolment, Referral


@dataclass(frozen=True, slots=True)
class Ending:
    """How an enrolment ends; the two gates are days on which something was written down."""

    on: date
    version: int
    end_review_on: date | None = None
    report_sent_on: date | None = None


async def enrol(
    cohort_id: UUID,
    participant_id: UUID,
    *,
    referral_id: UUID | None = None,
    joined_on: date | None = None,
    by: Actor,
) -> UUID:
    """Give a person a place in a cohort and answer the enrolment's id.

    Without ``joined_on`` the person joins today, or when the cohort starts, if that is later.

    Raises:
        AlreadyEnrolledError: the person has an open enrolment.
        CannotJoinError: somebody there is to be kept apart from them (D3, D6).
        CohortFullError: there is no place left.
        NotFoundError: cohort, person or referral are not visible, or of different sides.
    """
    into = await cohort(cohort_id, scope=by.scope)
    by.require(Permission.MANAGE_PEOPLE, side=into.side, organisation_id=into.organisation_id)
    await reach.require_cohort(cohort_id, Permission.MANAGE_PEOPLE, by=by)
    await _require_person(participant_id, into, by)
    joined_on = joined_on or max(clock.today(), into.starts_on)
    refuse([near_fault("joined_on", joined_on), _early_fault(joined_on, into)])
    row = Enrolment(
        id=new_id(), participant=participant_id, cohort=cohort_id, referral=referral_id,
        joined_on=joined_on, status=EnrolmentStatus.ENROLLED, created_at=clock.now(),
    )  # fmt: skip
    async with conflicts.noting(by), database.transaction():
        await conflicts.refuse_if_apart(participant_id, cohort_id)
        await _schedule_referral(referral_id, participant_id, into)
        with database.refusing(Enrolment, one_open_enrolment_per_person=AlreadyEnrolledError()):
            await row.save()
        await _take_place(cohort_id)
        await audit.record(
            "enrolled", by=by, subject_type=audit.Subject.ENROLMENT, subject=row.id,
            side=into.side, organisation_id=into.organisation_id,
            after={"cohort": cohort_id, "joined_on": joined_on},
        )  # fmt: skip
    return row.id


async def _require_person(participant_id: UUID, into: CohortView, by: Actor) -> None:
    """Hide a person who belongs elsewhere; refuse one whom ``by`` may only see."""
    person = await participant(participant_id, scope=by.scope)
    if (person.side, person.organisation_id) != (into.side, into.organisation_id):
        raise NotFoundError
    await reach.require_participant(participant_id, Permission.MANAGE_PEOPLE, by=by)


def _early_fault(joined_on: date, into: CohortView) -> FieldError | None:
    if joined_on >= into.starts_on:
        return None
    return FieldError("joined_on", f"The cohort starts on {into.starts_on:%d %B %Y}")


async def _take_place(cohort_id: UUID) -> None:
    """Count a place as taken; the constraint refuses one too many, also side by side."""
    with database.refusing(Cohort, cohort_has_places=CohortFullError()):
        await Cohort.update({Cohort.places_taken: Cohort.places_taken + 1}).where(
            Cohort.id == cohort_id
        )


async def _schedule_referral(
    referral_id: UUID | None, participant_id: UUID, into: CohortView
) -> None:
    if referral_id is None:
        return
    touched = await (
        Referral.update(
            {Referral.status: ReferralStatus.SCHEDULED, Referral.version: Referral.version + 1}
        )
        .where(
            Referral.id == referral_id,
            Referral.participant == participant_id,
            Referral.programme == into.programme_id,
            Referral.status.not_in([status.value for status in CLOSED_REFERRALS]),
        )
        .returning(Referral.id)
    )
    if not touched:
        raise InvalidInputError.of(
            "referral_id", "Choose this person's open referral to the programme"
        )


async def complete(enrolment_id: UUID, ending: Ending, *, by: Actor) -> None:
    """Record that somebody has completed; only if every gate of the programme's rule holds (C4).

    Raises:
        NotCompletedError: a gate does not hold; the detail says which.
        EnrolmentEndedError, StaleVersionError: as stored now.
    """
    view = await _to_end(enrolment_id, ending, by)
    async with database.transaction():
        # A correction saved side by side must not take a unit away unseen.
        await database.serialise(f"registers of {view.cohort.id}")
        _refuse_unless_met(await enrolment(enrolment_id, scope=by.scope), ending)
        await _end(
            view, EnrolmentStatus.COMPLETED, ReferralStatus.PROGRAMME_COMPLETE, "completed",
            ending=ending, by=by,
        )  # fmt: skip


def _refuse_unless_met(view: EnrolmentView, ending: Ending) -> None:
    given = ((END_REVIEW, ending.end_review_on), (REPORT_SENT, ending.report_sent_on))
    written = {gate for gate, day in given if day}
    missing = [gate for gate in view.member.progress.missing if gate not in written]
    if missing:
        raise NotCompletedError("Still missing: " + "; ".join(missing))


async def leave(enrolment_id: UUID, ending: Ending, reason: ExitReason, *, by: Actor) -> None:
    """Record that somebody has left before completing.

    Whoever leaves before the day of joining has never joined: that day moves to the last one.

    Raises:
        EnrolmentEndedError, StaleVersionError: as stored now.
    """
    view = await _to_end(enrolment_id, ending, by)
    async with database.transaction():
        await _end(
            view, EnrolmentStatus.EXITED, ReferralStatus.WITHDRAWN, "exited",
            ending=ending, reason=reason, by=by,
        )  # fmt: skip


async def _to_end(enrolment_id: UUID, ending: Ending, by: Actor) -> EnrolmentView:
    view = await enrolment(enrolment_id, scope=by.scope)
    by.require(
        Permission.MANAGE_PEOPLE, side=view.cohort.side,
        organisation_id=view.cohort.organisation_id,
    )  # fmt: skip
    await reach.require_cohort(view.cohort.id, Permission.MANAGE_PEOPLE, by=by)
    if view.member.status not in OPEN_ENROLMENTS:
        raise EnrolmentEndedError
    early = ending.on < view.member.joined_on <= clock.today()
    refuse(
        [
            past_fault("on", ending.on),
            FieldError("on", "Enter a day on or after the day of joining") if early else None,
            past_fault("end_review_on", ending.end_review_on),
            past_fault("report_sent_on", ending.report_sent_on),
        ]
    )
    return view


async def _end(
    view: EnrolmentView,
    status: EnrolmentStatus,
    referral_status: ReferralStatus,
    action: str,
    *,
    ending: Ending,
    by: Actor,
    reason: ExitReason | None = None,
) -> None:
    member = view.member
    changes: dict[str, Any] = {
        "status": status.value,
        "ended_on": ending.on,
        "exit_reason": reason.value if reason else None,
        "end_review_on": ending.end_review_on,
        "report_sent_on": ending.report_sent_on,
    }
    if ending.on < member.joined_on:
        changes["joined_on"] = ending.on
    touched = await (
        Enrolment.update(database.assignments({**changes, "version": ending.version + 1}))
        .where(Enrolment.id == member.enrolment_id, Enrolment.version == ending.version)
        .returning(Enrolment.referral)
    )
    if not touched:
        raise StaleVersionError
    await Cohort.update({Cohort.places_taken: Cohort.places_taken - 1}).where(
        Cohort.id == view.cohort.id
    )
    if touched[0]["referral"]:
        await Referral.update(
            {Referral.status: referral_status.value, Referral.version: Referral.version + 1}
        ).where(Referral.id == touched[0]["referral"])
    await audit.record(
        action, by=by, subject_type=audit.Subject.ENROLMENT, subject=member.enrolment_id,
        side=view.cohort.side, organisation_id=view.cohort.organisation_id,
        before={"status": member.status, "joined_on": member.joined_on}, after=changes,
    )  # fmt: skip
