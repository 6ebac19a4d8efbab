"""On which referral somebody gets a place, when, and how they come back (2.1, 2.2, S7, C13)."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from core.errors import InvalidInputError
from core.reports import Question
from core.scope import SYSTEM
from programmes.domain.completion import CompletionRule
from programmes.domain.terms import EnrolmentStatus, ExitReason, GroupModel, ReferralStatus
from programmes.errors import NotEligibleYetError, ReferralMoveError
from programmes.queries.progress import enrolment
from programmes.reports.completion import completion
from programmes.services.endings import Ending, leave
from programmes.services.enrolments import enrol
from programmes.tables import Programme, ProgrammeVersion, Referral
from tests.factories_programmes import (
    MadeCohort,
    make_cohort,
    make_enrolment,
    make_participant,
    make_programme,
    make_referral,
)
from tests.integration.places import (
    TODAY,
    make_member,
    manager_of,
    moves_of,
    places_taken,
    referral_status,
    refused,
    row_of,
    second_cohort,
)

SCOPE = SYSTEM.scope


async def make_waiting(
    cohort: MadeCohort, status: ReferralStatus = ReferralStatus.RECEIVED
) -> tuple[UUID, UUID]:
    """A person and their referral to the cohort's programme."""
    person = await make_participant(organisation_id=cohort.organisation_id, side=cohort.side)
    referral = await make_referral(
        participant_id=person, programme_id=cohort.programme.id, status=status
    )
    return person, referral


async def test_an_open_referral_is_taken_up_without_being_named(db: None) -> None:
    cohort = await make_cohort()
    by = await manager_of(cohort)
    person, referral = await make_waiting(cohort)

    made = await enrol(cohort.id, person, by=by)

    assert (await row_of(made))["referral"] == referral
    assert await moves_of(referral) == [
        ("awaiting_allocation", "Given a place"), ("scheduled", "Given a place"),
    ]  # fmt: skip


async def test_somebody_without_a_referral_gets_a_place_all_the_same(db: None) -> None:
    cohort = await make_cohort()
    person, referral = await make_waiting(cohort, ReferralStatus.WITHDRAWN)

    made = await enrol(cohort.id, person, by=await manager_of(cohort))

    assert (await row_of(made))["referral"] is None
    assert await referral_status(referral) == "withdrawn"


@pytest.mark.parametrize(
    "status", [ReferralStatus.ON_HOLD, ReferralStatus.SUITABLE_NOT_READY, ReferralStatus.DEFERRED]
)
@pytest.mark.parametrize("named", [True, False])
async def test_a_referral_that_is_not_ready_gives_no_place(
    db: None, status: ReferralStatus, *, named: bool
) -> None:
    cohort = await make_cohort()
    by = await manager_of(cohort)
    person, referral = await make_waiting(cohort, status)

    with pytest.raises(ReferralMoveError) as caught:
        await enrol(cohort.id, person, referral_id=referral if named else None, by=by)

    words = status.value.replace("_", " ")
    assert caught.value.detail == f"A referral that is {words} cannot be given a place"
    assert await places_taken(cohort.id) == 0


async def with_model(model: GroupModel) -> MadeCohort:
    cohort = await make_cohort()
    await ProgrammeVersion.update({ProgrammeVersion.group_model: model}).where(
        ProgrammeVersion.id == cohort.programme.version_id
    )
    return cohort


async def test_a_closed_group_that_has_begun_takes_nobody_new(db: None) -> None:
    """2.1."""
    cohort = await with_model(GroupModel.CLOSED)
    by = await manager_of(cohort)
    person, _ = await make_waiting(cohort)

    with pytest.raises(InvalidInputError) as caught:
        await enrol(cohort.id, person, by=by)
    assert [error.field for error in caught.value.errors] == ["joined_on"]
    assert "closed to new people" in caught.value.errors[0].message

    assert await enrol(cohort.id, person, joined_on=date(2026, 5, 6), by=by)


async def test_who_comes_back_on_the_same_referral_brings_their_units(db: None) -> None:
    """C13: re-referral after exit; the entry rule does not hold for them."""
    cohort = await with_model(GroupModel.CLOSED)
    by = await manager_of(cohort)
    left, referral = await make_member(cohort, attended=(1, 2))
    person = (await row_of(left))["participant"]
    await leave(left, Ending(date(2026, 5, 20), 1), ExitReason.HEALTH, keep_open=True, by=by)
    assert await referral_status(referral) == "awaiting_allocation"

    again = await enrol(cohort.id, person, by=by)

    row = await row_of(again)
    assert (row["continues"], row["referral"], row["status"]) == (left, referral, "active")
    assert row["started_on"] == date(2026, 5, 6)
    assert (await enrolment(again, scope=SCOPE)).member.progress.units_credited == (1, 2)
    assert await referral_status(referral) == "on_programme"
    report = await completion(Question(), scope=SCOPE)
    assert report.rows[0][1:8] == (1, 0, 0, 1, 0, 1, 0)


async def test_a_new_referral_begins_anew(db: None) -> None:
    """C13: two enrolments, two referrals, one person."""
    cohort = await make_cohort()
    by = await manager_of(cohort)
    left, _ = await make_member(cohort, attended=(1, 2))
    person = (await row_of(left))["participant"]
    await leave(left, Ending(date(2026, 5, 20), 1), ExitReason.HEALTH, by=by)
    referral = await make_referral(participant_id=person, programme_id=cohort.programme.id)

    again = await enrol(cohort.id, person, by=by)

    row = await row_of(again)
    assert (row["continues"], row["referral"], row["started_on"]) == (None, referral, None)
    assert (await enrolment(again, scope=SCOPE)).member.progress.units_credited == ()
    report = await completion(Question(), scope=SCOPE)
    assert report.rows[0][1:8] == (2, 0, 0, 1, 0, 0, 0)


async def test_after_a_final_reason_the_earlier_place_is_not_continued(db: None) -> None:
    """2.2: such as an imported exit whose referral was opened again by hand."""
    cohort = await make_cohort()
    person, referral = await make_waiting(cohort, ReferralStatus.AWAITING_ALLOCATION)
    await make_enrolment(
        cohort_id=cohort.id, participant_id=person, referral_id=referral,
        status=EnrolmentStatus.EXITED, exit_reason=ExitReason.PROGRAMME_CLOSED,
        ended_on=date(2026, 5, 20),
    )  # fmt: skip

    again = await enrol(cohort.id, person, by=await manager_of(cohort))

    assert (await row_of(again))["continues"] is None


@pytest.mark.parametrize(
    ("status", "allowed"),
    [
        (EnrolmentStatus.COMPLETED, True),
        (EnrolmentStatus.COMPLETED_PARTIAL, False),
        (EnrolmentStatus.EXITED, False),
        (None, False),
    ],
)
async def test_peer_support_is_for_those_who_completed(
    db: None, status: EnrolmentStatus | None, *, allowed: bool
) -> None:
    """S7."""
    before = await make_cohort()
    peers = await make_cohort(
        programme=await make_programme(organisation_id=before.organisation_id)
    )
    await Programme.update({Programme.follows: before.programme.id}).where(
        Programme.id == peers.programme.id
    )
    person = await make_participant(organisation_id=before.organisation_id)
    if status:
        await make_enrolment(
            cohort_id=before.id, participant_id=person, status=status, ended_on=TODAY,
            exit_reason=ExitReason.OTHER if status is EnrolmentStatus.EXITED else None,
        )  # fmt: skip

    found = await refused(enrol(peers.id, person, by=await manager_of(before)))

    assert found is (None if allowed else NotEligibleYetError)


async def test_a_late_joiner_is_expected_from_the_day_of_joining_only(db: None) -> None:
    """C13: a rolling joiner whose first unit is unit 11 carries it into the next cycle."""
    rule = CompletionRule(min_units=12)
    first = await make_cohort(starts_on=TODAY - timedelta(weeks=10), rule=rule)
    by = await manager_of(first)
    person, _ = await make_waiting(first)

    made = await enrol(first.id, person, joined_on=TODAY, by=by)

    found = (await enrolment(made, scope=SCOPE)).member.progress
    assert (found.expected, found.units_required) == (1, 12)


async def test_the_place_is_taken_before_the_referral_moves_so_a_full_group_moves_nothing(
    db: None,
) -> None:
    cohort = await make_cohort(capacity=1, enrolled=1)
    person, referral = await make_waiting(cohort)

    assert await refused(enrol(cohort.id, person, by=await manager_of(cohort)))

    assert await referral_status(referral) == "received"
    assert await moves_of(referral) == []
    assert (await Referral.select(Referral.version))[0]["version"] == 1


async def test_second_group_of_the_programme_takes_who_comes_back(db: None) -> None:
    first = await make_cohort()
    by = await manager_of(first)
    left, referral = await make_member(first, attended=(1,))
    person = (await row_of(left))["participant"]
    await leave(left, Ending(TODAY, 1), ExitReason.WORK_OR_CARING, keep_open=True, by=by)
    second = await second_cohort(first, starts_on=TODAY + timedelta(weeks=2))

    again = await enrol(second.id, person, by=by)

    assert (await row_of(again))["continues"] == left
    assert await moves_of(referral) == [
        ("awaiting_allocation", "work_or_caring"),
        ("scheduled", "Given a place again"),
        ("on_programme", "Attended the first group session"),
    ]
