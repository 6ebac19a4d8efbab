"""Previews and creates cohorts with their timetable."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from core import audit, clock, database
from core.errors import FieldError, InvalidInputError
from core.scope import Actor, Permission
from programmes.domain import places as buildings
from programmes.domain.case_terms import GroupSex
from programmes.domain.contact import is_wall_time
from programmes.domain.contacts import ContactWindow, contact_windows, group_units
from programmes.domain.terms import Nation, SessionStatus
from programmes.domain.timetable import NoOpenDayError, PlannedSession, Slot, overlap, timetable
from programmes.errors import CohortCodeTakenError, NoOpenDayFoundError
from programmes.queries.programmes import (
    ProgrammeView,
    UnitView,
    VenueView,
    programme,
    units_of,
    venues,
)
from programmes.queries.timetables import Booked, Clash, clashes
from programmes.services import facilitators, places
from programmes.services.closed_days import closed_days
from programmes.services.fields import near_fault, range_fault, refuse, text_fault
from programmes.tables import Cohort, Session

MOST_SLOTS = 14


@dataclass(frozen=True, slots=True)
class NewCohort:
    """A cohort to preview or to create; the lead is one of its facilitators."""

    programme_id: UUID
    organisation_id: UUID | None
    venue_id: UUID | None
    code: str
    starts_on: date
    slots: tuple[Slot, ...]
    capacity: int
    facilitator_ids: tuple[UUID, ...]
    nation: Nation
    lead_id: UUID | None = None
    group_sex: GroupSex | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A timetable that would be made, what it moves past, and what else is at the same time."""

    programme: ProgrammeView
    venue: VenueView | None
    units: tuple[UnitView, ...]
    sessions: tuple[PlannedSession, ...]
    contacts: tuple[ContactWindow, ...]
    skipped: tuple[tuple[date, str], ...]
    clashes: tuple[Clash, ...] = ()

    @property
    def days(self) -> frozenset[date]:
        """Answer the days on which people come to the venue."""
        if not buildings.is_met_there(self.programme.delivery_mode):
            return frozenset()
        return frozenset(clock.london(session.starts_at).date() for session in self.sessions)


async def preview(new: NewCohort, *, by: Actor) -> Plan:
    """Answer the timetable that creating the cohort would make; nothing is saved.

    Raises:
        InvalidInputError: a field is not valid.
        NoOpenDayFoundError: closed days leave no room.
        NotFoundError: the programme is not visible.
        VenueNotAvailableError: the venue cannot be used on one of the days.
    """
    plan = await _checked(new, by)
    async with places.noting(plan.programme.organisation_id, None, by=by), database.transaction():
        await _keep_apart(plan)
    return plan


async def _checked(new: NewCohort, by: Actor) -> Plan:
    found = await programme(new.programme_id, scope=by.scope)
    if new.organisation_id not in (None, found.organisation_id):
        raise InvalidInputError.of("organisation_id", "This is not the programme's organisation")
    by.require(Permission.MANAGE_COHORTS, side=found.side, organisation_id=found.organisation_id)
    venue = await _venue(new, found, by)
    refuse([*_faults(new, found), _venue_fault(new, venue)])
    await facilitators.check(_named(new), found.side, found.organisation_id, by=by)
    units = (await units_of([found.version_id], scope=by.scope))[found.version_id]
    return await _plan(new, found, venue, units, by)


def _named(new: NewCohort) -> set[UUID]:
    return {*new.facilitator_ids, *([new.lead_id] if new.lead_id else [])}


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


async def _venue(new: NewCohort, found: ProgrammeView, by: Actor) -> VenueView | None:
    if new.venue_id is None:
        return None
    where = (found.side, found.organisation_id)
    return next(
        (
            venue
            for venue in await venues(scope=by.scope)
            if venue.id == new.venue_id and (venue.side, venue.organisation_id) == where
        ),
        None,
    )


def _venue_fault(new: NewCohort, venue: VenueView | None) -> FieldError | None:
    if new.venue_id is None or venue is not None:
        return None
    return FieldError("venue_id", "Choose a venue from the list")


async def _plan(
    new: NewCohort,
    found: ProgrammeView,
    venue: VenueView | None,
    units: Sequence[UnitView],
    by: Actor,
) -> Plan:
    reason_of = await closed_days(found.organisation_id, new.venue_id, new.nation)
    skipped: dict[date, str] = {}

    def is_closed(day: date) -> bool:
        reason = reason_of(day)
        if reason is not None:
            skipped[day] = reason
        return reason is not None

    contacts = [unit.for_planning for unit in units]
    try:
        sessions = timetable(
            starts_on=new.starts_on, slots=new.slots, units=group_units(contacts),
            is_closed=is_closed,
        )  # fmt: skip
    except NoOpenDayError:
        raise NoOpenDayFoundError from None
    if overlap(sessions):
        raise InvalidInputError.of("slots", "One session would begin before another has ended")
    held_on = {item.unit_number: clock.london(item.starts_at).date() for item in sessions}
    return Plan(
        found, venue, tuple(units), sessions, contact_windows(contacts, held_on),
        tuple(sorted(skipped.items())), await _clashes(new, found, sessions, by),
    )  # fmt: skip


async def _clashes(
    new: NewCohort, found: ProgrammeView, sessions: Sequence[PlannedSession], by: Actor
) -> tuple[Clash, ...]:
    people = frozenset(
        facilitators.with_oneself(_named(new), found.side, found.organisation_id, by=by)
    )
    venue_id = new.venue_id if buildings.is_met_there(found.delivery_mode) else None
    booked = [Booked(None, item.starts_at, item.minutes, venue_id, people) for item in sessions]
    return await clashes(booked, found.side, scope=by.scope) if booked else ()


async def _keep_apart(plan: Plan) -> None:
    if plan.venue:
        await places.keep_apart(plan.venue.place, plan.programme.side, plan.days)


async def create(new: NewCohort, *, by: Actor) -> UUID:
    """Create a cohort with its timetable and answer its id.

    Raises:
        CohortCodeTakenError: the code is taken on this side.
        InvalidInputError, NoOpenDayFoundError, NotFoundError, VenueNotAvailableError: as for
            ``preview``.
    """
    plan = await _checked(new, by)
    side, organisation_id = plan.programme.side, plan.programme.organisation_id
    made = _cohort(new, plan)
    people = facilitators.with_oneself(_named(new), side, organisation_id, by=by)
    async with places.noting(organisation_id, None, by=by), database.transaction():
        await _keep_apart(plan)
        with database.refusing(Cohort, cohort_code_once_per_side=CohortCodeTakenError()):
            await made.save()
        await facilitators.save(made.id, people, new.lead_id)
        await _save_sessions(made.id, plan)
        await audit.record(
            "cohort_created", by=by, subject_type=audit.Subject.COHORT, subject=made.id,
            side=side, organisation_id=organisation_id, after={"sessions": len(plan.sessions)},
        )  # fmt: skip
    return made.id


def _cohort(new: NewCohort, plan: Plan) -> Cohort:
    return Cohort(
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
        group_sex=new.group_sex,
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
