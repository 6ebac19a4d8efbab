"""Arranges a session of one person's own: a catch-up, or a one-to-one unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.domain.roles import GrantSide, Role
from accounts.queries import colleagues
from core import audit, clock, database
from core.announcements import announce
from core.errors import FieldError, InvalidInputError, NotFoundError
from core.ids import new_id
from core.scope import Actor, Permission
from programmes.domain.attendance import Mark
from programmes.domain.case_terms import FacilitatorRole
from programmes.domain.catch_ups import Occasion, day_fault, missed_session
from programmes.domain.terms import SessionStatus, UnitKind
from programmes.errors import CatchUpExistsError, UnitCreditedError
from programmes.queries.cohorts import SessionView, sessions_of
from programmes.queries.marks import marks_of
from programmes.queries.programmes import UnitView, units_of
from programmes.queries.progress import EnrolmentView, enrolment, is_expected_at
from programmes.services import conflicts, places, reach
from programmes.services.fields import near_fault, range_fault, refuse
from programmes.tables import Session, SessionFacilitator


@dataclass(frozen=True, slots=True)
class NewCatchUp:
    """A session to arrange; without ``minutes`` as long as the unit."""

    enrolment_id: UUID
    unit_number: int
    starts_at: datetime
    minutes: int | None = None
    facilitator_id: UUID | None = None


async def arrange(cohort_id: UUID, new: NewCatchUp, *, by: Actor) -> UUID:
    """Arrange one person's own session for a unit and answer the session's id.

    For a unit of the group it is a catch-up, tied to the latest session of it that they missed;
    for a one-to-one unit the session itself, or, once that was missed, a catch-up of it.

    Raises:
        CannotAssignError: the facilitator works with the other party of their link (D3).
        CatchUpExistsError: a session of theirs for this unit is not marked yet.
        InvalidInputError: there is no such unit, or a field is not valid.
        NotFoundError: the enrolment is not in this cohort, or not visible.
        UnitCreditedError: the unit is credited already.
        VenueNotAvailableError: the group's venue cannot be used on that day (D5).
    """
    view = await _of_cohort(cohort_id, new, by)
    unit = await _unit(view, new.unit_number, by)
    refuse([*_faults(new, view), await _facilitator_fault(new, view, by)])
    async with (
        conflicts.noting(by),
        places.noting(view.cohort.organisation_id, cohort_id, by=by),
        database.transaction(),
    ):
        # A register saved side by side may credit the unit.
        await database.serialise(f"registers of {cohort_id}")
        view = await enrolment(new.enrolment_id, scope=by.scope)
        refuse(_faults(new, view))
        if unit.number in view.member.progress.units_credited:
            raise UnitCreditedError
        await _keep_apart(new, view, by)
        row = await _session(new, view, unit, by)
        await _save(row, new)
        await audit.record(
            "catch_up_arranged", by=by, subject_type=audit.Subject.SESSION, subject=row.id,
            side=view.cohort.side, organisation_id=view.cohort.organisation_id,
            after={
                "enrolment": new.enrolment_id, "unit": unit.number, "starts_at": new.starts_at,
                "is_catch_up": row.is_catch_up, "missed_session": row.missed_session,
            },
        )  # fmt: skip
    return row.id


async def _keep_apart(new: NewCatchUp, view: EnrolmentView, by: Actor) -> None:
    """Refuse a facilitator of the other party (D3), and a building of the other side (D5)."""
    takers = [new.facilitator_id] if new.facilitator_id else []
    await conflicts.refuse_as_workers(takers, person_ids=[view.member.participant_id])
    await places.keep_day_apart(view.cohort, clock.london(new.starts_at).date(), by=by)


async def _of_cohort(cohort_id: UUID, new: NewCatchUp, by: Actor) -> EnrolmentView:
    view = await enrolment(new.enrolment_id, scope=by.scope)
    if view.cohort.id != cohort_id:
        raise NotFoundError
    by.require(
        Permission.MANAGE_COHORTS, side=view.cohort.side,
        organisation_id=view.cohort.organisation_id,
    )  # fmt: skip
    await reach.require_cohort(cohort_id, Permission.MANAGE_COHORTS, by=by)
    return view


async def _unit(view: EnrolmentView, number: int, by: Actor) -> UnitView:
    units = await units_of([view.cohort.version_id], scope=by.scope)
    for unit in units.get(view.cohort.version_id, ()):
        if unit.number == number:
            return unit
    raise InvalidInputError.of("unit_number", "Choose a unit of this programme")


def _faults(new: NewCatchUp, view: EnrolmentView) -> list[FieldError | None]:
    day = clock.london(new.starts_at).date()
    outside = day_fault(day, joined_on=view.member.joined_on, ended_on=view.member.ended_on)
    return [
        near_fault("starts_at", day),
        FieldError("starts_at", outside) if outside else None,
        range_fault("minutes", new.minutes, 1, 600),
    ]


async def _facilitator_fault(new: NewCatchUp, view: EnrolmentView, by: Actor) -> FieldError | None:
    if new.facilitator_id is None or new.facilitator_id == by.account_id:
        return None
    side, organisation_id = view.cohort.side, view.cohort.organisation_id
    known = await colleagues(
        Role.FACILITATOR, GrantSide(side.value), organisation_id, scope=by.scope
    )
    if new.facilitator_id in {account_id for account_id, _ in known}:
        return None
    return FieldError("facilitator_id", "Choose a facilitator of this organisation")


async def _session(new: NewCatchUp, view: EnrolmentView, unit: UnitView, by: Actor) -> Session:
    """Answer the session to save, tied to what was missed."""
    of_unit = [
        session
        for session in await sessions_of(view.cohort.id, scope=by.scope)
        if session.unit_number == unit.number and _is_theirs(session, view)
    ]
    if any(_waits(session, view) for session in of_unit):
        raise CatchUpExistsError
    if unit.kind is UnitKind.ONE_TO_ONE:  # one that was cancelled is simply arranged again
        of_unit = [one for one in of_unit if one.status is not SessionStatus.CANCELLED]
    marks = (await marks_of([new.enrolment_id], scope=by.scope)).get(new.enrolment_id, {})
    missed = missed_session(_occasions(of_unit, marks, unit), before=new.starts_at)
    return Session(
        id=new_id(), cohort=view.cohort.id, unit=unit.id, starts_at=new.starts_at,
        minutes=new.minutes or unit.minutes, status=SessionStatus.SCHEDULED,
        enrolment=new.enrolment_id, missed_session=missed,
        is_catch_up=unit.kind is UnitKind.GROUP or missed is not None,
    )  # fmt: skip


def _is_theirs(session: SessionView, view: EnrolmentView) -> bool:
    member = view.member
    return is_expected_at(
        session,
        {"id": member.enrolment_id, "joined_on": member.joined_on, "ended_on": member.ended_on},
    )


def _waits(session: SessionView, view: EnrolmentView) -> bool:
    """Tell whether a session of the person's own is neither marked nor cancelled."""
    own = session.enrolment_id == view.member.enrolment_id
    return own and session.status is SessionStatus.SCHEDULED


def _occasions(
    sessions: Sequence[SessionView], marks: dict[UUID, Mark], unit: UnitView
) -> list[Occasion]:
    return [Occasion(one.id, one.starts_at, unit.minutes, marks.get(one.id)) for one in sessions]


async def _save(row: Session, new: NewCatchUp) -> None:
    await row.save()
    if new.facilitator_id:
        await SessionFacilitator(
            session=row.id, account=new.facilitator_id, role=FacilitatorRole.LEAD
        ).save()
    await announce(sessions={row.id})
