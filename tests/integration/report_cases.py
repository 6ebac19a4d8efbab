"""What the tests of reports of cases share: cases with their outcomes, and rows by column."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from core import clock
from core.reports import Report
from core.scope import SYSTEM, Side
from programmes.domain.terms import EnrolmentStatus, ReferralStatus
from programmes.services.starts import keep_starts
from programmes.tables import Enrolment, Participant, Referral
from tests.factories_programmes import MadeCohort
from tests.factories_registers import GoldenRegister, make_golden_register
from tests.fakes import FixedClock

ENDED = date(2026, 3, 30)


def cells(found: Report) -> list[dict[str, Any]]:
    """Each row of the only section by its columns; none where there is no section."""
    keys = [column.key for column in found.columns]
    rows = found.sections[0].rows if found.sections else ()
    assert len(found.sections) < 2
    return [dict(zip(keys, row, strict=True)) for row in rows]


def totals(found: Report) -> dict[str, Any]:
    assert found.totals is not None
    return dict(zip([column.key for column in found.columns], found.totals, strict=True))


def some(row: Mapping[str, Any], keys: str) -> tuple[Any, ...]:
    """The cells of a row of these columns, separated by spaces."""
    return tuple(row[key] for key in keys.split())


async def make_golden_outcomes(now: FixedClock, side: Side = Side.SURVIVOR) -> GoldenRegister:
    """The golden register, of whom A, B and C completed on its last day; D left (C5)."""
    found = await make_golden_register(now, side=side)
    await keep_starts(list(found.places.values()), by=SYSTEM)
    await end([found.places[letter] for letter in "ABC"], EnrolmentStatus.COMPLETED, ENDED)
    return found


async def end(places: Sequence[UUID], status: EnrolmentStatus, on: date, **more: Any) -> None:
    columns = {"status": status.value, "ended_on": on, **more}
    await Enrolment.update(columns).where(Enrolment.id.is_in(list(places)))


@dataclass(frozen=True)
class Case:
    """One case; without ``started_on`` it never started, without ``status`` it had no place."""

    received_on: date
    assessed_on: date | None = None
    suitable: bool | None = None
    referral: ReferralStatus = ReferralStatus.ON_PROGRAMME
    status: EnrolmentStatus | None = None
    started_on: date | None = None
    ended_on: date | None = None
    exit_reason: str | None = None
    born_on: date | None = None


async def make_cases(cohort: MadeCohort, cases: Sequence[Case]) -> list[UUID]:
    """Insert cases of a group's programme at once, and answer their people."""
    people, referrals, places = [], [], []
    for case in cases:
        person = Participant(
            organisation=cohort.organisation_id, side=cohort.side, given_name="Case",
            family_name="Example", created_at=clock.now(), born_on=case.born_on,
        )  # fmt: skip
        referral = Referral(
            participant=person.id, programme=cohort.programme.id, source="self",
            mandate="voluntary", received_on=case.received_on, assessed_on=case.assessed_on,
            suitable=case.suitable, status=case.referral, created_at=clock.now(),
        )  # fmt: skip
        people.append(person)
        referrals.append(referral)
        if case.status:
            places.append(
                Enrolment(
                    participant=person.id,
                    cohort=cohort.id,
                    referral=referral.id,
                    joined_on=case.started_on or case.received_on,
                    status=case.status,
                    started_on=case.started_on,
                    ended_on=case.ended_on,
                    exit_reason=case.exit_reason,
                    created_at=clock.now(),
                )
            )
    await Participant.insert(*people)
    await Referral.insert(*referrals)
    if places:
        await Enrolment.insert(*places)
    return [person.id for person in people]
