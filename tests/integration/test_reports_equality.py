"""S22: referrals, starts and completions by characteristic, on both engines."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from accounts.domain.roles import GrantSide, Role
from core.errors import InvalidInputError
from core.reports import Basis, Marker, Question, Rate, Report
from core.scope import SYSTEM, Scope, Side
from programmes.domain.equality import (
    Answers,
    Ethnicity,
    GenderIdentity,
    Religion,
    Sex,
    age_band,
)
from programmes.domain.terms import EnrolmentStatus
from programmes.reports.equality import GROUPINGS, equality
from programmes.services.equality import save_answers
from programmes.tables import Participant
from tests.factories import make_person
from tests.factories_programmes import (
    MadeCohort,
    make_cohort,
    make_enrolment,
    make_participant,
    make_referral,
)

pytestmark = pytest.mark.usefixtures("db")

REFERRED = date(2026, 3, 2)
Z = Marker.NOT_APPLICABLE


async def refer(
    cohort: MadeCohort, answers: Answers | None = None, *, started: bool = False,
    completed: bool = False, born_on: date | None = None,
) -> UUID:  # fmt: skip
    person = await make_participant(organisation_id=cohort.organisation_id, side=cohort.side)
    await Participant.update({Participant.born_on: born_on}).where(Participant.id == person)
    referral = await make_referral(
        participant_id=person, programme_id=cohort.programme.id, received_on=REFERRED
    )
    if answers:
        await save_answers(person, answers, version=0, by=SYSTEM)
    if started:
        await make_enrolment(
            cohort_id=cohort.id, participant_id=person, referral_id=referral,
            started_on=date(2026, 4, 15), ended_on=date(2026, 5, 20) if completed else None,
            status=EnrolmentStatus.COMPLETED if completed else EnrolmentStatus.ACTIVE,
        )  # fmt: skip
    return person


async def many(cohort: MadeCohort, answers: Answers, counts: tuple[int, int, int]) -> None:
    referred, started, completed = counts
    for place in range(referred):
        await refer(cohort, answers, started=place < started, completed=place < completed)


async def told(*group_by: str, scope: Scope = SYSTEM.scope, **more: object) -> Report:
    return await equality(Question(group_by=group_by, **more), scope=scope)  # type: ignore[arg-type]


async def test_s22_the_worked_example_by_sex_with_gaps_to_all() -> None:
    """R1 5/10 = 50.0 %, women 4/6 is 16.7 points above, men 1/2 at it, not asked 0/2 50 below."""
    cohort = await make_cohort()
    await many(cohort, Answers(sex=Sex.FEMALE), (6, 5, 4))
    await many(cohort, Answers(sex=Sex.MALE), (2, 1, 1))
    await refer(cohort)
    await refer(cohort, Answers(religion=Religion.SIKH))

    report = await told()

    (section,) = report.sections
    assert [column.key for column in report.columns] == [
        "sex", "referred", "started", "completed", "r1", "r1_gap", "r2", "r2_gap",
    ]  # fmt: skip
    assert section.rows == (
        ("female", 6, 5, 4, Rate(4, 6), Decimal("16.7"), Rate(4, 5), Decimal("-3.3")),
        ("male", 2, 1, 1, Rate(1, 2), Decimal("0.0"), Rate(1, 1), Decimal("16.7")),
        ("not_asked", 2, 0, 0, Rate(0, 2), Decimal("-50.0"), Rate(0, 0), Z),
    )
    assert section.totals == ("All", 10, 6, 5, Rate(5, 10), Z, Rate(5, 6), Z)
    assert section.sensitive


async def test_every_characteristic_is_told_on_its_own() -> None:
    cohort = await make_cohort()
    await many(
        cohort,
        Answers(ethnicity=Ethnicity.WHITE_ROMA, religion=Religion.PREFER_NOT_TO_SAY,
                gender_identity=GenderIdentity.SAME),
        (2, 1, 1),
    )  # fmt: skip
    await many(cohort, Answers(ethnicity=Ethnicity.ASIAN_CHINESE), (1, 1, 0))

    report = await told("religion", "ethnicity_group")
    everything = await told(*GROUPINGS)

    assert report.group_by == ("ethnicity_group", "religion")
    assert [row[:3] for section in report.sections for row in section.rows] == [
        ("white", "", 2), ("asian", "", 1), ("", "prefer_not_to_say", 2), ("", "not_asked", 1),
    ]  # fmt: skip
    assert [section.totals and section.totals[:3] for section in report.sections] == [
        ("All", "", 3), ("", "All", 3),
    ]  # fmt: skip
    assert len(everything.sections) == len(GROUPINGS) == 9
    assert ("same_as_registered", 2) in {
        (cell, row[len(GROUPINGS)]) for row in everything.rows for cell in row[: len(GROUPINGS)]
    }
    with pytest.raises(InvalidInputError):
        await told("cohort")


async def test_ages_are_those_on_the_day_of_referral_as_the_rule_has_them() -> None:
    cohort = await make_cohort()
    births = [
        date(2010, 3, 2), date(2010, 3, 3), date(2008, 3, 2), date(2008, 3, 3),
        date(2008, 2, 29), date(1961, 3, 2), date(1961, 3, 3), None,
    ]  # fmt: skip
    for born_on in births:
        await refer(cohort, born_on=born_on)

    report = await told("age_band")

    expected = [age_band(born_on, REFERRED).value for born_on in births]
    assert {row[0]: row[1] for row in report.rows} == {
        band: expected.count(band) for band in expected
    }


async def test_d13_whoever_was_closed_out_is_no_longer_held_and_still_counted() -> None:
    cohort = await make_cohort()
    person = await refer(cohort, started=True)
    await Participant.update(
        {Participant.closed_out_at: datetime(2026, 6, 1, tzinfo=UTC), Participant.born_on: None}
    ).where(Participant.id == person)

    report = await told("ethnicity_group", "sex", "age_band")

    assert {cell for row in report.rows for cell in row[:3]} == {
        "", "no_longer_held", "not_recorded",
    }  # fmt: skip


async def test_in_flow_each_count_is_of_its_own_days() -> None:
    cohort = await make_cohort()
    await many(cohort, Answers(sex=Sex.FEMALE), (2, 2, 1))

    report = await told(since=date(2026, 5, 1), basis=Basis.FLOW)

    assert [row[:4] for row in report.rows] == [("female", 0, 0, 1)]
    assert report.sums == ()


async def test_d1_kinds_and_sides_are_never_pooled_and_scopes_hold() -> None:
    person = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    ours = await make_cohort(organisation_id=person.organisation_id)
    theirs = await make_cohort(organisation_id=person.organisation_id, side=Side.PERPETRATOR)
    for cohort in (ours, theirs, await make_cohort()):
        await refer(cohort, Answers(sex=Sex.MALE))

    report = await told(scope=person.actor.scope)
    everywhere = await told()

    assert [row[:2] for row in report.rows] == [("male", 1)]
    assert [(section.side, section.rows[0][1]) for section in everywhere.sections] == [
        ("perpetrator", 1), ("survivor", 2),
    ]  # fmt: skip
