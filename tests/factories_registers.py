"""Makes the golden register of C5 in the database, with a referral for each person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from core.scope import Side
from programmes.domain.terms import AttendanceOutcome as Outcome
from programmes.domain.terms import EnrolmentStatus, ExitReason, SessionStatus
from programmes.tables import Attendance, Enrolment, Session
from tests.factories import at
from tests.factories_programmes import (
    MadeCohort,
    make_cohort,
    make_enrolment,
    make_mark,
    make_participant,
    make_referral,
    make_session,
)
from tests.fakes import FixedClock

REFERRED_ON = date(2025, 12, 1)


@dataclass(frozen=True)
class GoldenRegister:
    """The group and the places of the people of C5's table, by their letters."""

    cohort: MadeCohort
    places: Mapping[str, UUID]


async def make_golden_register(
    now: FixedClock, *, side: Side = Side.SURVIVOR, organisation_id: UUID | None = None
) -> GoldenRegister:
    """Week 7, of 16 February 2026, is cancelled; unit 7 and all later ones are a week later."""
    now.instant = at("2026-04-01 12:00")
    cohort = await make_cohort(
        starts_on=date(2026, 1, 5), code="Monday", side=side, organisation_id=organisation_id
    )
    for number in range(12, 6, -1):
        day = date(2026, 1, 5) + timedelta(weeks=number)
        await Session.update({Session.starts_at: at(f"{day} 10:00")}).where(
            Session.id == cohort.session_ids[number]
        )
    await make_session(
        cohort_id=cohort.id, unit_id=cohort.programme.unit_ids[7],
        starts_at=at("2026-02-16 10:00"), status=SessionStatus.CANCELLED,
    )  # fmt: skip
    places = {letter: await make_place(cohort, letter) for letter in "ABCD"}
    await Enrolment.update({Enrolment.joined_on: date(2026, 1, 26)}).where(
        Enrolment.id == places["C"]
    )
    await Enrolment.update(
        {
            Enrolment.status: EnrolmentStatus.EXITED,
            Enrolment.ended_on: date(2026, 2, 2),
            Enrolment.exit_reason: ExitReason.DISENGAGED,
        }
    ).where(Enrolment.id == places["D"])
    absent = {
        "B": {3: Outcome.ABSENT_NOT_NOTIFIED, 6: Outcome.ABSENT_NOTIFIED},
        "D": dict.fromkeys((3, 4, 5), Outcome.ABSENT_NOT_NOTIFIED),
    }
    came = {"A": range(1, 13), "B": range(1, 13), "C": range(4, 13), "D": range(1, 6)}
    await Attendance.insert(
        *[
            Attendance(
                session=cohort.session_ids[number], enrolment=places[letter],
                outcome=absent.get(letter, {}).get(number, Outcome.ATTENDED),
                recorded_at=now.instant,
            )
            for letter, units in came.items()
            for number in units
        ]
    )  # fmt: skip
    await Session.update({Session.status: SessionStatus.HELD}).where(
        Session.id.is_in(list(cohort.session_ids.values()))
    )
    catch_up = await make_session(
        cohort_id=cohort.id, unit_id=cohort.programme.unit_ids[6], catch_up_for=places["B"],
        starts_at=at("2026-02-12 14:00"),
    )  # fmt: skip
    await make_mark(session_id=catch_up, enrolment_id=places["B"])
    return GoldenRegister(cohort, places)


async def make_place(
    cohort: MadeCohort,
    name: str,
    *,
    joined_on: date | None = None,
    referred_on: date = REFERRED_ON,
) -> UUID:
    """A place of somebody who was referred to the group's programme."""
    person = await make_participant(
        organisation_id=cohort.organisation_id, side=cohort.side, given_name=name
    )
    referral = await make_referral(
        participant_id=person, programme_id=cohort.programme.id, received_on=referred_on
    )
    return await make_enrolment(
        cohort_id=cohort.id, participant_id=person, referral_id=referral, joined_on=joined_on
    )
