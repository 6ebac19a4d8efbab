"""Previews and creates cohorts with their timetable, and cancels sessions."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from accounts.domain.roles import GrantSide, Role
from accounts.queries import colleagues
from core import audit, clock, database
from core.errors import FieldError, InvalidInputError
from core.scope import Actor, Permission
from programmes import bank_holidays
from programmes.domain.contact import is_wall_time
from programmes.domain.terms import Nation, SessionStatus, UnitKind
from programmes.domain.timetable import (
    NoOpenDayError,
    PlannedSession,
    PlannedUnit,
    Slot,
    overlap,
    timetable,
)
from programmes.errors import (
    CohortCodeTakenError,
    NoOpenDayFoundError,
    SessionCancelledError,
    SessionMarkedError,
)
from programmes.queries import cohorts as reads
from programmes.queries.programmes import ProgrammeView, UnitView, programme, units_of, venues
from programmes.services import reach
from programmes.services.fields import near_fault, range_fault, refuse, text_fault
from programmes.tables import Closure, Cohort, CohortFacilitator, Session

MOST_SLOTS = 14


@dataclass(frozen=True, slots=True)
class NewCohort:
    """A cohort to preview or to create."""

    programme_id: UUID
    organisation_id: UUID | None
    venue_id: UUID | None
    code: str
    starts_on: date
    slots: tuple[Slot, ...]
    capacity: int
    facilitator_ids: tuple[UUID, ...]
    nation: Nation


@dataclass(frozen=True, slots=True)
class Plan:
    """A timetable that would be made, and the closed days that it moves past."""

    programme: ProgrammeView
    units: tuple[UnitView, ...]
    sessions: tuple[PlannedSession, ...]
    skipped: tuple[tuple[date, str], ...]


async def preview(new: NewCohort, *, by: Actor) -> Plan:
    """Answer the timetable that creating the cohort would make; nothing is saved.

    Raises:
        InvalidInputError: a field is not valid.
        NoOpenDayFoundError: closed days leave no room.
        NotFoundError: the programme is not visible.
    """
    found = await programme(new.programme_id, scope=by.scope)
    if new.organisation_id not in (None, found.organisation_id):
        raise InvalidInputError.of("organisation_id", "This is not the programme's organisation")
    by.require(Permission.MANAGE_COHORTS, side=found.side, organisation_id=found.organisation_id)
    await _check(new, found, by)
    units = (await units_of([found.version_id], scope=by.scope))[found.version_id]
    return await _plan(new, found, units)


async def _check(new: NewCohort, found: ProgrammeView, by: Actor) -> None:
    refuse([*_faults(new, found), await _venue_fault(new, found, by)])
    allowed = {
        account_id
        for account_id, _ in await colleagues(
            Role.FACILITATOR, GrantSide(found.side.value), found.organisation_id, scope=by.scope
        )
    } | {by.account_id}
    if not set(new.facilitator_ids) <= allowed:
        raise InvalidInputError.of("facilitator_ids", "Choose facilitators of this organisation")


def _faults(new: NewCohort, found: ProgrammeView) -> Iterator[FieldError | None]:
    yield text_fault("code", new.code, longest=24)
    yield near_fault("starts_on", new.starts_on)
    yield range_fault("capacity", new.capacity, 1, found.capacity_max)
    if not 1 <= len(new.slots) <= MOST_SLOTS or len(set(new.slots)) < len(new.slots):
        yield FieldError("slots", f"Give 1 to {MOST_SLOTS} different weekly times")
    for place, slot in enumerate(new.slots):
        yield range_fault(f"slots[{place}].weekday", slot.weekday, 0, 6)
        if not is_wall_time(slot.at):
            yield FieldError(f"slots[{place}].at", "Write the time like 18:30")


async def _venue_fault(new: NewCohort, found: ProgrammeView, by: Actor) -> FieldError | None:
    if new.venue_id is None:
        return None
    known = {
        venue.id
        for venue in await venues(scope=by.scope)
        if venue.side is found.side and venue.organisation_id == found.organisation_id
    }
    return None if new.venue_id in known else FieldError("venue_id", "Choose a venue from the list")


async def _plan(new: NewCohort, found: ProgrammeView, units: Sequence[UnitView]) -> Plan:
    closed = await _closed_days(new, found.organisation_id)
    groups = [unit for unit in units if unit.kind is UnitKind.GROUP]
    skipped: dict[date, str] = {}

    def is_closed(day: date) -> bool:
        reason = closed(day)
        if reason is not None:
            skipped[day] = reason
        return reason is not None

    try:
        sessions = timetable(
            starts_on=new.starts_on,
            slots=new.slots,
            units=[PlannedUnit(unit.number, unit.minutes) for unit in groups],
            is_closed=is_closed,
        )
    except NoOpenDayError:
        raise NoOpenDayFoundError from None
    if overlap(sessions):
        raise InvalidInputError.of("slots", "One session would begin before another has ended")
    return Plan(found, tuple(units), sessions, tuple(sorted(skipped.items())))


async def _closed_days(new: NewCohort, organisation_id: UUID) -> Callable[[date], str | None]:
    """Answer a function that names why a day is closed, or answers ``None``."""
    rows = await Closure.select(Closure.from_on, Closure.to_on, Closure.reason).where(
        Closure.organisation == organisation_id,
        Closure.venue.is_null() | (Closure.venue == new.venue_id)
        if new.venue_id
        else Closure.venue.is_null(),
    )

    def reason(day: date) -> str | None:
        for row in rows:
            if row["from_on"] <= day <= row["to_on"]:
                return row["reason"] or "Closed"
        return bank_holidays.title_of(day, new.nation)

    return reason


async def create(new: NewCohort, *, by: Actor) -> UUID:
    """Create a cohort with its timetable and answer its id.

    Raises:
        CohortCodeTakenError: the code is taken on this side.
        InvalidInputError, NoOpenDayFoundError, NotFoundError: as for ``preview``.
    """
    plan = await preview(new, by=by)
    cohort = Cohort(
        programme_version=plan.programme.version_id,
        organisation=plan.programme.organisation_id,
        side=plan.programme.side,
        code=new.code.strip(),
        venue=new.venue_id,
        starts_on=new.starts_on,
        nation=new.nation,
        slots=json.dumps([{"weekday": slot.weekday, "at": slot.at} for slot in new.slots]),
        capacity=new.capacity,
        created_at=clock.now(),
    )
    async with database.transaction():
        with database.refusing(Cohort, cohort_code_once_per_side=CohortCodeTakenError()):
            await cohort.save()
        await _save_facilitators(cohort.id, _facilitators(new, plan.programme, by))
        await _save_sessions(cohort.id, plan)
        await audit.record(
            "cohort_created", by=by, subject_type=audit.Subject.COHORT, subject=cohort.id,
            side=plan.programme.side, organisation_id=plan.programme.organisation_id,
            after={"sessions": len(plan.sessions)},
        )  # fmt: skip
    return cohort.id


def _facilitators(new: NewCohort, found: ProgrammeView, by: Actor) -> set[UUID]:
    """Answer the facilitators; whoever sees only own cohorts becomes one of their own."""
    own_only = all(
        area.own_only
        for area in by.scope.within(Permission.MANAGE_COHORTS)
        if area.covers(side=found.side, organisation_id=found.organisation_id)
    )
    own = {by.account_id} if own_only and by.account_id else set()
    return {*new.facilitator_ids, *own}


async def _save_facilitators(cohort_id: UUID, account_ids: set[UUID]) -> None:
    if account_ids:
        await CohortFacilitator.insert(
            *[CohortFacilitator(cohort=cohort_id, account=id) for id in sorted(account_ids)]
        )


async def _save_sessions(cohort_id: UUID, plan: Plan) -> None:
    unit_ids = {unit.number: unit.id for unit in plan.units}
    sessions = [
        Session(
            cohort=cohort_id, unit=unit_ids[planned.unit_number], starts_at=planned.starts_at,
            minutes=planned.minutes, status=SessionStatus.SCHEDULED,
        )
        for planned in plan.sessions
    ]  # fmt: skip
    if sessions:
        await Session.insert(*sessions)


async def cancel_session(session_id: UUID, *, reason: str, by: Actor) -> None:
    """Cancel one session; its texts are stopped, because their facts are asked for again.

    Raises:
        SessionCancelledError: it is cancelled already.
        SessionMarkedError: it has a register.
    """
    session = await reads.session(session_id, scope=by.scope)
    by.require(
        Permission.MANAGE_COHORTS, side=session.side, organisation_id=session.organisation_id
    )
    await reach.require_cohort(session.cohort_id, Permission.MANAGE_COHORTS, by=by)
    refuse([text_fault("reason", reason, longest=200)])
    async with database.transaction():
        touched = await (
            Session.update(
                {
                    Session.status: SessionStatus.CANCELLED,
                    Session.cancelled_reason: reason.strip(),
                    Session.revision: Session.revision + 1,
                }
            )
            .where(Session.id == session_id, Session.status == SessionStatus.SCHEDULED)
            .returning(Session.id)
        )
        if not touched:
            stored = await reads.session(session_id, scope=by.scope)
            cancelled = stored.status is SessionStatus.CANCELLED
            raise SessionCancelledError if cancelled else SessionMarkedError
        await audit.record(
            "session_cancelled", by=by, subject_type=audit.Subject.SESSION, subject=session_id,
            side=session.side, organisation_id=session.organisation_id,
            before={"status": SessionStatus.SCHEDULED},
            after={"status": SessionStatus.CANCELLED}, reason=reason.strip(),
        )  # fmt: skip
