"""Enrolling within capacity, side by side too (C3)."""

import asyncio
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest

from accounts.domain.roles import GrantSide, Role
from core.errors import (
    AppError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
)
from core.ids import new_id
from core.scope import Actor, Side
from core.tables import AuditEvent
from programmes.domain.terms import (
    OPEN_ENROLMENTS,
    ExitReason,
    ReferralStatus,
)
from programmes.errors import (
    AlreadyEnrolledError,
    CohortFullError,
)
from programmes.services.endings import Ending, complete, leave
from programmes.services.enrolments import enrol
from programmes.tables import Cohort, Enrolment, Referral
from tests.factories import Person, make_person
from tests.factories_programmes import (
    MadeCohort,
    make_cohort,
    make_participant,
    make_programme,
    make_referral,
)

TODAY = date(2026, 6, 10)


async def make_manager(
    side: GrantSide = GrantSide.SURVIVOR, organisation_id: UUID | None = None
) -> Person:
    return await make_person(Role.PROGRAMME_MANAGER, side, organisation_id=organisation_id)


def organisation_of(by: Actor) -> UUID:
    """The organisation of the actor's only grant."""
    found = {area.organisation_id for area in by.scope.areas} - {None}
    (organisation_id,) = found
    assert organisation_id
    return organisation_id


async def person_of(cohort: MadeCohort) -> UUID:
    return await make_participant(organisation_id=cohort.organisation_id, side=cohort.side)


async def places_taken(cohort_id: UUID) -> int:
    rows = await Cohort.select(Cohort.places_taken).where(Cohort.id == cohort_id)
    taken: int = rows[0]["places_taken"]
    return taken


async def open_enrolments(cohort_id: UUID) -> int:
    number: int = await Enrolment.count().where(
        Enrolment.cohort == cohort_id,
        Enrolment.status.is_in([status.value for status in OPEN_ENROLMENTS]),
    )
    return number


async def stored(enrolment_id: UUID) -> dict[str, Any]:
    rows = await Enrolment.select().where(Enrolment.id == enrolment_id)
    return dict(rows[0])


async def status_of(referral_id: UUID) -> tuple[str, int]:
    rows = await Referral.select().where(Referral.id == referral_id)
    return rows[0]["status"], rows[0]["version"]


async def refused(attempt: Any) -> type[AppError] | None:
    try:
        await attempt
    except AppError as error:
        return type(error)
    return None


def ending(on: date = TODAY, version: int = 1, **written: date) -> Ending:
    return Ending(on=on, version=version, **written)


async def test_a_person_is_enrolled_and_takes_a_place(db: None) -> None:
    by = (await make_manager()).actor
    cohort = await make_cohort(organisation_id=organisation_of(by), capacity=1)
    person = await person_of(cohort)

    enrolment_id = await enrol(cohort.id, person, by=by)

    row = await stored(enrolment_id)
    assert (row["participant"], row["cohort"], row["status"]) == (person, cohort.id, "enrolled")
    assert (row["joined_on"], row["started_on"]) == (TODAY, None)
    assert await places_taken(cohort.id) == 1
    events = await AuditEvent.select().where(AuditEvent.subject == enrolment_id)
    assert [(event["action"], event["actor"]) for event in events] == [("enrolled", by.account_id)]


async def test_somebody_enrolled_before_the_cohort_starts_joins_on_its_first_day(
    db: None,
) -> None:
    by = (await make_manager()).actor
    starts_on = TODAY + timedelta(weeks=2)
    cohort = await make_cohort(organisation_id=organisation_of(by), starts_on=starts_on)

    enrolment_id = await enrol(cohort.id, await person_of(cohort), by=by)

    assert (await stored(enrolment_id))["joined_on"] == starts_on


async def test_a_full_cohort_refuses_and_nothing_is_saved(db: None) -> None:
    by = (await make_manager()).actor
    cohort = await make_cohort(organisation_id=organisation_of(by), capacity=1, enrolled=1)

    with pytest.raises(CohortFullError):
        await enrol(cohort.id, await person_of(cohort), by=by)

    assert await Enrolment.count() == 1
    assert await places_taken(cohort.id) == 1
    assert await AuditEvent.count() == 0


async def test_a_second_open_enrolment_is_refused_in_any_cohort(db: None) -> None:
    by = (await make_manager()).actor
    cohort = await make_cohort(organisation_id=organisation_of(by), enrolled=1)
    other = await make_cohort(programme=cohort.programme)

    for target in (cohort, other):
        with pytest.raises(AlreadyEnrolledError):
            await enrol(target.id, cohort.participant_ids[0], by=by)

    assert (await places_taken(cohort.id), await places_taken(other.id)) == (1, 0)


async def test_somebody_who_left_may_join_again(db: None) -> None:
    by = (await make_manager()).actor
    cohort = await make_cohort(organisation_id=organisation_of(by), enrolled=1)
    await leave(cohort.enrolment_ids[0], ending(), ExitReason.HEALTH, by=by)

    await enrol(cohort.id, cohort.participant_ids[0], by=by)

    assert await Enrolment.count() == 2
    assert await places_taken(cohort.id) == 1


async def test_of_many_at_once_exactly_one_gets_the_last_place(db: None) -> None:
    by = (await make_manager()).actor
    cohort = await make_cohort(organisation_id=organisation_of(by), capacity=3, enrolled=2)
    people = [await person_of(cohort) for _ in range(5)]

    found = await asyncio.gather(*[refused(enrol(cohort.id, person, by=by)) for person in people])

    assert sorted(found, key=str) == [CohortFullError] * 4 + [None]
    assert await places_taken(cohort.id) == await open_enrolments(cohort.id) == 3


async def test_the_same_person_enrolled_twice_at_once_gets_one_place(db: None) -> None:
    by = (await make_manager()).actor
    cohort = await make_cohort(organisation_id=organisation_of(by))
    other = await make_cohort(programme=cohort.programme)
    person = await person_of(cohort)

    found = await asyncio.gather(
        *[refused(enrol(target.id, person, by=by)) for target in (cohort, other, cohort, other)]
    )

    assert sorted(found, key=str) == [AlreadyEnrolledError] * 3 + [None]
    assert await places_taken(cohort.id) + await places_taken(other.id) == 1


@pytest.mark.parametrize("side", [GrantSide.PERPETRATOR, GrantSide.SURVIVOR])
async def test_a_cohort_of_the_other_side_or_organisation_is_not_found(
    db: None, side: GrantSide
) -> None:
    cohort = await make_cohort(enrolled=1)
    elsewhere = cohort.organisation_id if side is GrantSide.PERPETRATOR else None
    by = (await make_manager(side, elsewhere)).actor

    attempts = [
        enrol(cohort.id, cohort.participant_ids[0], by=by),
        leave(cohort.enrolment_ids[0], ending(), ExitReason.OTHER, by=by),
        complete(cohort.enrolment_ids[0], ending(), by=by),
    ]

    assert [await refused(attempt) for attempt in attempts] == [NotFoundError] * 3


async def test_a_person_of_the_other_side_cannot_be_enrolled_even_by_who_sees_both(
    db: None,
) -> None:
    survivors = await make_manager()
    perpetrators = await make_manager(GrantSide.PERPETRATOR, survivors.organisation_id)
    both = Actor(
        survivors.id,
        "both",
        type(survivors.actor.scope)(
            survivors.id, survivors.actor.scope.areas | perpetrators.actor.scope.areas
        ),
    )
    cohort = await make_cohort(organisation_id=survivors.organisation_id)
    stranger = await make_participant(
        organisation_id=survivors.organisation_id, side=Side.PERPETRATOR
    )
    elsewhere = await make_participant(side=Side.SURVIVOR)

    for person in (stranger, elsewhere):
        with pytest.raises(NotFoundError):
            await enrol(cohort.id, person, by=both)


async def test_a_safety_lead_sees_a_cohort_but_enrols_and_ends_nobody(db: None) -> None:
    by = (await make_person(Role.SAFETY_LEAD, GrantSide.BOTH, everywhere=True)).actor
    cohort = await make_cohort(enrolled=1)
    attempts = [
        enrol(cohort.id, await person_of(cohort), by=by),
        leave(cohort.enrolment_ids[0], ending(), ExitReason.OTHER, by=by),
        complete(cohort.enrolment_ids[0], ending(), by=by),
    ]

    assert [await refused(attempt) for attempt in attempts] == [ForbiddenError] * 3


@pytest.mark.parametrize("joined_on", [date(2026, 5, 5), date(2025, 6, 8), date(2028, 6, 12)])
async def test_a_day_of_joining_before_the_cohort_or_far_away_is_refused(
    db: None, joined_on: date
) -> None:
    by = (await make_manager()).actor
    cohort = await make_cohort(organisation_id=organisation_of(by))

    with pytest.raises(InvalidInputError) as caught:
        await enrol(cohort.id, await person_of(cohort), joined_on=joined_on, by=by)

    assert {error.field for error in caught.value.errors} == {"joined_on"}


async def test_enrolling_from_a_referral_schedules_it(db: None) -> None:
    by = (await make_manager()).actor
    cohort = await make_cohort(organisation_id=organisation_of(by))
    person = await person_of(cohort)
    referral = await make_referral(participant_id=person, programme_id=cohort.programme.id)

    await enrol(cohort.id, person, referral_id=referral, by=by)

    assert await status_of(referral) == ("scheduled", 2)


@pytest.mark.parametrize("case", ["unknown", "somebody else's", "other programme", "closed"])
async def test_a_referral_that_does_not_fit_is_refused_and_no_place_is_taken(
    db: None, case: str
) -> None:
    by = (await make_manager()).actor
    cohort = await make_cohort(organisation_id=organisation_of(by))
    person = await person_of(cohort)
    other = await make_programme(organisation_id=cohort.organisation_id)
    referral = {
        "unknown": new_id(),
        "somebody else's": await make_referral(
            participant_id=await person_of(cohort), programme_id=cohort.programme.id
        ),
        "other programme": await make_referral(participant_id=person, programme_id=other.id),
        "closed": await make_referral(
            participant_id=person, programme_id=cohort.programme.id,
            status=ReferralStatus.WITHDRAWN,
        ),
    }[case]  # fmt: skip
    await make_referral(participant_id=person, programme_id=cohort.programme.id)

    with pytest.raises(InvalidInputError) as caught:
        await enrol(cohort.id, person, referral_id=referral, by=by)

    assert [error.field for error in caught.value.errors] == ["referral_id"]
    assert (await places_taken(cohort.id), await Enrolment.count()) == (0, 0)


@pytest.mark.parametrize("seed", range(3))
async def test_places_taken_are_the_open_enrolments_after_whatever_happened(
    db: None, seed: int
) -> None:
    by = (await make_manager()).actor
    chance = Random(seed)  # noqa: S311 - a repeatable story
    cohorts = [
        await make_cohort(organisation_id=organisation_of(by), capacity=2, units=1)
        for _ in range(2)
    ]
    people = [await person_of(cohorts[0]) for _ in range(4)]
    done: list[str] = []
    for _ in range(30):
        done.append(await _something(chance, cohorts, people, by))
        for cohort in cohorts:
            taken = await places_taken(cohort.id)
            assert taken == await open_enrolments(cohort.id)
            assert 0 <= taken <= 2
    assert {"enrolled", "left", "refused"} <= set(done)


async def _something(
    chance: Random, cohorts: list[MadeCohort], people: list[UUID], by: Actor
) -> str:
    """Enrol somebody somewhere, or end some enrolment, if that is allowed."""
    rows = await Enrolment.select(Enrolment.id, Enrolment.version).order_by(Enrolment.id)
    try:
        if rows and chance.random() < 0.5:
            row = chance.choice(rows)
            when = ending(version=row["version"] + (chance.random() < 0.2))
            await leave(row["id"], when, chance.choice(list(ExitReason)), by=by)
            return "left"
        await enrol(chance.choice(cohorts).id, chance.choice(people), by=by)
    except AppError:
        return "refused"
    return "enrolled"
