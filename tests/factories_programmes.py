"""Makes programmes, cohorts, people and registers with one call, straight into the tables.

Everything has a good default: ``make_cohort(enrolled=12)`` is a survivors' group in its sixth
week, whose session today (10:00 in London) has begun and is not marked.
"""

import json
from collections.abc import Collection, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from core import clock, database
from core.scope import Side
from programmes.domain.completion import CompletionRule
from programmes.domain.eligibility import ANYBODY, Criteria
from programmes.domain.places import place
from programmes.domain.register import Entry
from programmes.domain.terms import (
    OPEN_ENROLMENTS,
    AbsenceReason,
    AttendanceOutcome,
    DeliveryMode,
    EnrolmentStatus,
    ExitReason,
    GroupModel,
    Mandate,
    Nation,
    ProgrammeType,
    ReferralSource,
    ReferralStatus,
    SessionStatus,
    SmsSafety,
    UnitKind,
)
from programmes.services.counts import keep_counts, keep_counts_of_cohorts
from programmes.tables import (
    Attendance,
    Closure,
    Cohort,
    CohortFacilitator,
    Enrolment,
    Participant,
    Programme,
    ProgrammeVersion,
    Referral,
    SafeContact,
    Session,
    Unit,
    Venue,
)
from tests.factories import make_organisation

_NUMBERS = count(1)
NINE_UNITS = CompletionRule(min_units=9)
SAFE_NUMBER = "+447700900123"


@dataclass(frozen=True)
class MadeProgramme:
    """A programme in its first version; ``unit_ids`` by unit number."""

    id: UUID
    version_id: UUID
    organisation_id: UUID
    side: Side
    unit_ids: Mapping[int, UUID]
    unit_minutes: int


@dataclass(frozen=True)
class MadeCohort:
    """A cohort; ``session_ids`` by unit number, people and enrolments in the same order."""

    id: UUID
    organisation_id: UUID
    side: Side
    programme: MadeProgramme
    session_ids: Mapping[int, UUID] = field(default_factory=dict)
    participant_ids: tuple[UUID, ...] = ()
    enrolment_ids: tuple[UUID, ...] = ()


async def make_programme(
    *,
    organisation_id: UUID | None = None,
    side: Side = Side.SURVIVOR,
    name: str = "",
    units: int = 12,
    unit_minutes: int = 120,
    mandatory: Collection[int] = (),
    one_to_one: Collection[int] = (),
    rule: CompletionRule = NINE_UNITS,
    capacity_max: int = 40,
    cost_pence: int | None = 700_000,
    criteria: Criteria = ANYBODY,
    follows_id: UUID | None = None,
) -> MadeProgramme:
    """A programme whose units are numbered from 1."""
    organisation_id = organisation_id or await make_organisation()
    programme = Programme(
        organisation=organisation_id, side=side, name=name or f"Programme {next(_NUMBERS)}",
        type=ProgrammeType.FREEDOM if side is Side.SURVIVOR else ProgrammeType.BEHAVIOUR_CHANGE,
        created_at=clock.now(), follows=follows_id,
    )  # fmt: skip
    await programme.save()
    version = ProgrammeVersion(
        programme=programme.id, number=1, group_model=GroupModel.ROLLING,
        delivery_mode=DeliveryMode.IN_PERSON, min_units=rule.min_units,
        min_percent=rule.min_percent, min_hours=rule.min_hours,
        needs_end_review=rule.needs_end_review, needs_report_sent=rule.needs_report_sent,
        capacity_min=1, capacity_max=capacity_max, cost_pence=cost_pence,
        created_at=clock.now(), min_age=criteria.min_age, areas=json.dumps(criteria.areas),
        mandates=json.dumps([item.value for item in criteria.mandates]),
    )  # fmt: skip
    await version.save()
    rows = [
        Unit(
            programme_version=version.id, number=number, title=f"Unit {number}",
            kind=UnitKind.ONE_TO_ONE if number in one_to_one else UnitKind.GROUP,
            minutes=unit_minutes, mandatory=number in mandatory,
        )
        for number in range(1, units + 1)
    ]  # fmt: skip
    await Unit.insert(*rows)
    return MadeProgramme(
        programme.id, version.id, organisation_id, side, {row.number: row.id for row in rows},
        unit_minutes,
    )  # fmt: skip


async def make_cohort(
    *,
    organisation_id: UUID | None = None,
    side: Side = Side.SURVIVOR,
    programme: MadeProgramme | None = None,
    code: str = "",
    starts_on: date | None = None,
    at: str = "10:00",
    units: int = 12,
    rule: CompletionRule = NINE_UNITS,
    capacity: int = 12,
    enrolled: int = 0,
    facilitator_ids: Collection[UUID] = (),
    venue_id: UUID | None = None,
) -> MadeCohort:
    """A cohort that meets weekly, one session a unit, closed days or not.

    Without ``starts_on`` it began five weeks ago, so that unit 6 is today.
    """
    programme = programme or await make_programme(
        organisation_id=organisation_id, side=side, units=units, rule=rule
    )
    starts_on = starts_on or clock.today() - timedelta(weeks=5)
    cohort = Cohort(
        programme_version=programme.version_id, organisation=programme.organisation_id,
        side=programme.side, code=code or f"C{next(_NUMBERS)}", venue=venue_id,
        starts_on=starts_on, nation=Nation.ENGLAND_AND_WALES,
        slots=json.dumps([{"weekday": starts_on.weekday(), "at": at}]), capacity=capacity,
        created_at=clock.now(),
    )  # fmt: skip
    await cohort.save()
    if facilitator_ids:
        await CohortFacilitator.insert(
            *[CohortFacilitator(cohort=cohort.id, account=account) for account in facilitator_ids]
        )
    sessions = {
        number: Session(
            cohort=cohort.id, unit=unit_id, minutes=programme.unit_minutes,
            starts_at=clock.instant_of(starts_on + timedelta(weeks=number - 1), at),
            status=SessionStatus.SCHEDULED,
        )
        for number, unit_id in programme.unit_ids.items()
    }  # fmt: skip
    await Session.insert(*sessions.values())
    people = [
        await make_participant(organisation_id=programme.organisation_id, side=programme.side)
        for _ in range(enrolled)
    ]
    return MadeCohort(
        id=cohort.id,
        organisation_id=programme.organisation_id,
        side=programme.side,
        programme=programme,
        session_ids={number: row.id for number, row in sessions.items()},
        participant_ids=tuple(people),
        enrolment_ids=tuple(
            [
                await make_enrolment(cohort_id=cohort.id, participant_id=id, joined_on=starts_on)
                for id in people
            ]
        ),
    )


async def make_participant(
    *,
    organisation_id: UUID | None = None,
    side: Side = Side.SURVIVOR,
    given_name: str = "",
    family_name: str = "Example",
    preferred_name: str = "",
    born_on: date | None = None,
    area: str = "",
) -> UUID:
    """A person, who waits for no place and may not be texted."""
    person = Participant(
        organisation=organisation_id or await make_organisation(), side=side,
        given_name=given_name or f"Person{next(_NUMBERS):04}", family_name=family_name,
        preferred_name=preferred_name, born_on=born_on, area=area, created_at=clock.now(),
    )  # fmt: skip
    await person.save()
    return person.id


async def _in_transaction(keeping: Coroutine[Any, Any, None]) -> None:
    """Keep counts as services do: within a transaction, where the statement is planned once."""
    if database.bound().current_transaction.get() is not None:
        await keeping
        return
    async with database.transaction():
        await keeping


async def make_enrolment(
    *,
    cohort_id: UUID,
    participant_id: UUID | None = None,
    referral_id: UUID | None = None,
    joined_on: date | None = None,
    status: EnrolmentStatus = EnrolmentStatus.ENROLLED,
    started_on: date | None = None,
    ended_on: date | None = None,
    exit_reason: ExitReason | None = None,
) -> UUID:
    """A place in a cohort, from its first day unless ``joined_on`` says otherwise."""
    rows = await Cohort.select().where(Cohort.id == cohort_id)
    cohort = rows[0]
    participant_id = participant_id or await make_participant(
        organisation_id=cohort["organisation"], side=Side(cohort["side"])
    )
    row = Enrolment(
        participant=participant_id, cohort=cohort_id, referral=referral_id,
        joined_on=joined_on or cohort["starts_on"], status=status, started_on=started_on,
        ended_on=ended_on, exit_reason=exit_reason, created_at=clock.now(),
    )  # fmt: skip
    await row.save()
    await _in_transaction(keep_counts([row.id]))
    if status in OPEN_ENROLMENTS:
        await Cohort.update({Cohort.places_taken: Cohort.places_taken + 1}).where(
            Cohort.id == cohort_id
        )
    return row.id


async def make_session(
    *,
    cohort_id: UUID,
    unit_id: UUID,
    starts_at: datetime,
    minutes: int = 120,
    status: SessionStatus = SessionStatus.SCHEDULED,
    catch_up_for: UUID | None = None,
) -> UUID:
    """One more session; a catch-up of one person where ``catch_up_for`` is their enrolment."""
    row = Session(
        cohort=cohort_id, unit=unit_id, starts_at=starts_at, minutes=minutes, status=status,
        cancelled_reason="Not held" if status is SessionStatus.CANCELLED else "",
        enrolment=catch_up_for, is_catch_up=catch_up_for is not None,
    )  # fmt: skip
    await row.save()
    return row.id


async def make_mark(
    *,
    session_id: UUID,
    enrolment_id: UUID,
    outcome: AttendanceOutcome = AttendanceOutcome.ATTENDED,
    minutes_attended: int | None = None,
    absence_reason: AbsenceReason | None = None,
    acceptable: bool | None = None,
    note: str = "",
) -> UUID:
    """A mark in a register that was saved once; the session was held."""
    row = Attendance(
        session=session_id, enrolment=enrolment_id, outcome=outcome,
        minutes_attended=minutes_attended, absence_reason=absence_reason, acceptable=acceptable,
        note=note, recorded_at=clock.now(),
    )  # fmt: skip
    await row.save()
    await Session.update(
        database.assignments(
            {
                "register_version": 1,
                "register_saved_at": clock.now(),
                "status": SessionStatus.HELD.value,
            }
        )
    ).where(Session.id == session_id)
    rows = await Session.select(Session.cohort).where(Session.id == session_id)
    await _in_transaction(keep_counts_of_cohorts([rows[0]["cohort"]]))
    return row.id


async def make_referral(
    *,
    participant_id: UUID,
    programme_id: UUID,
    received_on: date | None = None,
    status: ReferralStatus = ReferralStatus.RECEIVED,
) -> UUID:
    """A referral of a person to a programme, from today unless ``received_on`` says otherwise."""
    row = Referral(
        participant=participant_id, programme=programme_id, source=ReferralSource.SELF,
        mandate=Mandate.VOLUNTARY, received_on=received_on or clock.today(), status=status,
        created_at=clock.now(),
    )  # fmt: skip
    await row.save()
    return row.id


async def make_safe_contact(
    *,
    participant_id: UUID,
    number: str | None = SAFE_NUMBER,
    sms: SmsSafety = SmsSafety.SAFE,
    confirmed_on: date | None = None,
) -> UUID:
    """A confirmed safe number, open at any hour of any day."""
    row = SafeContact(
        participant=participant_id, number=number, sms=sms,
        confirmed_on=confirmed_on or clock.today(), confirmed_with="the person",
        updated_at=clock.now(),
    )  # fmt: skip
    await row.save()
    return row.id


async def make_venue(
    *, organisation_id: UUID, side: Side = Side.SURVIVOR, name: str = "", postcode: str = ""
) -> UUID:
    """A venue of one side."""
    name = name or f"Venue {next(_NUMBERS)}"
    row = Venue(
        organisation=organisation_id, side=side, name=name, postcode=postcode,
        place=place(name=name, postcode=postcode),
    )  # fmt: skip
    await row.save()
    return row.id


async def make_closure(
    *,
    organisation_id: UUID,
    from_on: date,
    to_on: date | None = None,
    venue_id: UUID | None = None,
    reason: str = "Half term",
) -> UUID:
    """Closed days, one day unless ``to_on`` says otherwise."""
    row = Closure(
        organisation=organisation_id, venue=venue_id, from_on=from_on, to_on=to_on or from_on,
        reason=reason,
    )  # fmt: skip
    await row.save()
    return row.id


def entry(
    enrolment_id: UUID,
    outcome: AttendanceOutcome = AttendanceOutcome.ATTENDED,
    *,
    minutes_attended: int | None = None,
    absence_reason: AbsenceReason | None = None,
    acceptable: bool | None = None,
    engaged: bool | None = None,
    note: str = "",
) -> Entry:
    """One line of a register, as somebody fills it in."""
    return Entry(enrolment_id, outcome, minutes_attended, absence_reason, acceptable, engaged, note)
