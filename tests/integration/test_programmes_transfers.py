"""Moving to another group of the same programme: units carry, one start, one outcome (C13)."""

import asyncio
from datetime import date, timedelta

import pytest

from accounts.domain.roles import GrantSide, Role
from core.errors import ForbiddenError, InvalidInputError, NotFoundError, StaleVersionError
from core.reports import Question
from core.scope import SYSTEM, Side
from programmes.domain.completion import CompletionRule, Standing
from programmes.domain.terms import AttendanceOutcome, EnrolmentStatus
from programmes.errors import (
    AlreadyEnrolledError,
    CohortFullError,
    EnrolmentEndedError,
    OtherProgrammeError,
)
from programmes.queries.counters import wrong_counters
from programmes.queries.progress import enrolment, members
from programmes.reports.completion import completion
from programmes.services.endings import Ending, complete
from programmes.services.pauses import NewPause, pause
from programmes.services.registers import Submission, save
from programmes.services.transfers import Transfer, transfer
from programmes.tables import Pause, Session
from tests.factories import at, make_person
from tests.factories_programmes import (
    entry,
    make_cohort,
    make_enrolment,
    make_programme,
    make_session,
)
from tests.integration.places import (
    TODAY,
    attend,
    make_member,
    manager_of,
    places_taken,
    referral_status,
    refused,
    row_of,
    second_cohort,
)

SCOPE = SYSTEM.scope
THREE = CompletionRule(min_units=3)


async def test_a_transfer_carries_units_start_and_referral(db: None) -> None:
    """C13: one start, one outcome."""
    old = await make_cohort(units=6, rule=THREE)
    by = await manager_of(old)
    person, referral = await make_member(old, attended=(1, 2))
    new = await second_cohort(old, starts_on=TODAY)

    made = await transfer(person, Transfer(new.id, 1, TODAY), by=by)

    was, now = await row_of(person), await row_of(made)
    assert (was["status"], was["ended_on"], was["version"]) == ("transferred", date(2026, 6, 9), 2)
    assert (now["status"], now["started_on"]) == ("active", date(2026, 5, 6))
    assert (now["continues"], now["referral"]) == (person, referral)
    assert (await places_taken(old.id), await places_taken(new.id)) == (0, 1)
    found = (await enrolment(made, scope=SCOPE)).member.progress
    assert (found.units_credited, found.expected) == ((1, 2), 1)
    assert await referral_status(referral) == "on_programme"


async def test_what_was_transferred_completes_once_in_every_report(db: None) -> None:
    """C13: reports count the referral once: one start, one completion."""
    old = await make_cohort(units=6, rule=THREE)
    by = await manager_of(old)
    person, _ = await make_member(old, attended=(1, 2))
    new = await second_cohort(old, starts_on=TODAY)
    made = await transfer(person, Transfer(new.id, 1, TODAY), by=by)
    await attend(new, made, 1)

    assert (await refused(complete(made, Ending(TODAY, 1), by=by))) is not None
    await attend(new, made, 3)
    await complete(made, Ending(TODAY, 1), by=by)

    report = await completion(Question(), scope=SCOPE)
    keys = [column.key for column in report.columns]
    row = dict(zip(keys, report.rows[0], strict=True))
    counts = [row[key] for key in ("referred", "started", "completed", "active", "neutral")]
    assert counts == [1, 1, 1, 0, 0]


async def test_units_of_two_transfers_in_a_row_all_count(db: None) -> None:
    first = await make_cohort(units=6, rule=THREE)
    by = await manager_of(first)
    person, _ = await make_member(first, attended=(1,))
    second = await second_cohort(first, starts_on=date(2026, 5, 20))
    third = await second_cohort(first, starts_on=TODAY)

    in_second = await transfer(person, Transfer(second.id, 1, date(2026, 5, 20)), by=by)
    await attend(second, in_second, 2)
    in_third = await transfer(in_second, Transfer(third.id, 1, TODAY), by=by)
    await attend(third, in_third, 2)

    found = {view.enrolment_id: view for view in await members(third.id, scope=SCOPE)}[in_third]
    assert found.progress.units_credited == (1, 2)
    assert found.started_on == date(2026, 5, 6)
    assert await wrong_counters(scope=SCOPE) == ()


async def test_a_correction_in_the_old_group_moves_the_start_of_the_new_place(db: None) -> None:
    old = await make_cohort(units=6)
    by = await manager_of(old)
    person, _ = await make_member(old)
    for number in (1, 2):
        await save(old.session_ids[number], Submission(0, (entry(person),)), by=by)
    new = await second_cohort(old, starts_on=TODAY)
    made = await transfer(person, Transfer(new.id, 1, TODAY), by=by)

    absent = entry(person, AttendanceOutcome.ABSENT_NOT_NOTIFIED)
    await save(old.session_ids[1], Submission(1, (absent,), "Somebody else"), by=SYSTEM)

    assert (await row_of(person))["started_on"] == date(2026, 5, 13)
    assert (await row_of(made))["started_on"] == date(2026, 5, 13)
    assert await wrong_counters(scope=SCOPE) == ()


async def test_a_missed_unit_of_the_old_group_can_be_caught_up_in_the_new_one(db: None) -> None:
    old = await make_cohort(units=3, rule=CompletionRule(min_percent=100))
    by = await manager_of(old)
    person, _ = await make_member(old, attended=(1,))
    await attend(old, person, 2, outcome=AttendanceOutcome.ABSENT_NOTIFIED)
    new = await second_cohort(old, starts_on=date(2026, 5, 27))

    made = await transfer(person, Transfer(new.id, 1, date(2026, 6, 8)), by=by)

    found = (await enrolment(made, scope=SCOPE)).member.progress
    assert found.standing is Standing.NEEDS_CATCH_UP


async def test_the_old_place_is_free_at_once_where_the_new_group_begins_later(db: None) -> None:
    old = await make_cohort(capacity=1)
    by = await manager_of(old)
    person, _ = await make_member(old)
    new = await second_cohort(old, starts_on=TODAY + timedelta(weeks=3))

    made = await transfer(person, Transfer(new.id, 1), by=by)

    assert (await row_of(person))["ended_on"] == TODAY
    assert (await row_of(made))["joined_on"] == TODAY + timedelta(weeks=3)
    assert await places_taken(old.id) == 0


async def test_who_moves_on_the_day_of_joining_or_before_keeps_days_in_order(db: None) -> None:
    old = await make_cohort(starts_on=TODAY)
    coming = await second_cohort(old, starts_on=TODAY + timedelta(weeks=2))
    by = await manager_of(old)
    person, _ = await make_member(old)
    later, _ = await make_member(coming)
    new = await second_cohort(old, starts_on=TODAY)

    await transfer(person, Transfer(new.id, 1, TODAY), by=by)
    await transfer(later, Transfer(new.id, 1, TODAY), by=by)

    for enrolment_id in (person, later):
        row = await row_of(enrolment_id)
        assert (row["joined_on"], row["ended_on"]) == (TODAY, TODAY)


async def test_own_sessions_to_come_in_the_old_group_are_cancelled(db: None) -> None:
    old = await make_cohort()
    by = await manager_of(old)
    person, _ = await make_member(old)
    own = await make_session(
        cohort_id=old.id, unit_id=old.programme.unit_ids[1], catch_up_for=person,
        starts_at=at("2026-06-12 14:00"),
    )  # fmt: skip
    new = await second_cohort(old, starts_on=TODAY)

    await transfer(person, Transfer(new.id, 1, TODAY), by=by)

    rows = await Session.select().where(Session.id == own)
    assert (rows[0]["status"], rows[0]["revision"]) == ("cancelled", 2)


async def test_a_full_group_another_programme_and_the_same_group_are_refused(db: None) -> None:
    old = await make_cohort()
    by = await manager_of(old)
    person, _ = await make_member(old)
    full = await second_cohort(old, capacity=1, enrolled=1, starts_on=TODAY)
    other = await make_cohort(
        programme=await make_programme(organisation_id=old.organisation_id), starts_on=TODAY
    )

    assert await refused(transfer(person, Transfer(full.id, 1), by=by)) is CohortFullError
    assert await refused(transfer(person, Transfer(other.id, 1), by=by)) is OtherProgrammeError
    with pytest.raises(InvalidInputError) as caught:
        await transfer(person, Transfer(old.id, 1), by=by)
    assert [error.field for error in caught.value.errors] == ["cohort_id"]
    assert (await row_of(person))["status"] == "enrolled"
    assert (await places_taken(old.id), await places_taken(full.id)) == (1, 1)


@pytest.mark.parametrize("joined_on", [date(2026, 5, 5), date(2025, 1, 1), TODAY])
async def test_a_day_before_joining_or_before_the_new_group_is_refused(
    db: None, joined_on: date
) -> None:
    old = await make_cohort()
    by = await manager_of(old)
    person, _ = await make_member(old)
    new = await second_cohort(old, starts_on=date(2026, 4, 1))
    late = await second_cohort(old, starts_on=TODAY + timedelta(days=7))

    with pytest.raises(InvalidInputError) as caught:
        into = late if joined_on == TODAY else new
        await transfer(person, Transfer(into.id, 1, joined_on), by=by)

    assert {error.field for error in caught.value.errors} == {"joined_on"}


async def test_a_stale_or_ended_place_is_not_transferred(db: None) -> None:
    old = await make_cohort()
    by = await manager_of(old)
    person, _ = await make_member(old)
    gone = await make_enrolment(cohort_id=old.id, status=EnrolmentStatus.COMPLETED, ended_on=TODAY)
    new = await second_cohort(old, starts_on=TODAY)

    assert await refused(transfer(person, Transfer(new.id, 9), by=by)) is StaleVersionError
    assert await refused(transfer(gone, Transfer(new.id, 1), by=by)) is EnrolmentEndedError
    assert await places_taken(new.id) == 0


async def test_of_two_transfers_at_once_one_wins(db: None) -> None:
    old = await make_cohort()
    by = await manager_of(old)
    person, _ = await make_member(old)
    targets = [await second_cohort(old, starts_on=TODAY) for _ in range(2)]

    found = await asyncio.gather(
        *[refused(transfer(person, Transfer(target.id, 1), by=by)) for target in targets]
    )

    lost = [error for error in found if error]
    assert len(lost) == 1
    assert lost[0] in {StaleVersionError, EnrolmentEndedError, AlreadyEnrolledError}
    assert sum([await places_taken(target.id) for target in targets]) == 1


async def test_two_who_swap_groups_at_once_do_not_block_each_other(db: None) -> None:
    one = await make_cohort()
    by = await manager_of(one)
    two = await second_cohort(one)
    first, _ = await make_member(one)
    second, _ = await make_member(two)

    found = await asyncio.gather(
        refused(transfer(first, Transfer(two.id, 1), by=by)),
        refused(transfer(second, Transfer(one.id, 1), by=by)),
    )

    assert found == [None, None]
    assert (await places_taken(one.id), await places_taken(two.id)) == (1, 1)


async def test_the_other_side_another_organisation_and_onlookers(db: None) -> None:
    """D1."""
    old = await make_cohort(side=Side.PERPETRATOR)
    person, _ = await make_member(old)
    new = await second_cohort(old, starts_on=TODAY)
    survivors = await make_cohort(organisation_id=old.organisation_id, starts_on=TODAY)
    elsewhere = await make_cohort(side=Side.PERPETRATOR, starts_on=TODAY)
    by = await manager_of(old)
    lead = await make_person(Role.SAFETY_LEAD, GrantSide.BOTH, organisation_id=old.organisation_id)

    attempts = [
        (transfer(person, Transfer(new.id, 1), by=await manager_of(survivors)), NotFoundError),
        (transfer(person, Transfer(new.id, 1), by=await manager_of(elsewhere)), NotFoundError),
        (transfer(person, Transfer(survivors.id, 1), by=by), NotFoundError),
        (transfer(person, Transfer(survivors.id, 1), by=SYSTEM), NotFoundError),
        (transfer(person, Transfer(elsewhere.id, 1), by=SYSTEM), NotFoundError),
        (transfer(person, Transfer(new.id, 1), by=lead.actor), ForbiddenError),
    ]

    for attempt, expected in attempts:
        assert await refused(attempt) is expected


@pytest.mark.parametrize(
    ("from_days", "left_behind"),
    [(-7, (date(2026, 6, 3), date(2026, 6, 9))), (7, None)],
    ids=["away now", "away later"],
)
async def test_a_pause_goes_along_so_that_nobody_away_is_expected(
    db: None, from_days: int, left_behind: tuple[date, date] | None
) -> None:
    old = await make_cohort(units=6, rule=THREE)
    by = await manager_of(old)
    person, _ = await make_member(old)
    new = await second_cohort(old, starts_on=TODAY)
    from_on = TODAY + timedelta(days=from_days)
    await pause(person, NewPause(from_on, None, "Away"), by=by)

    made = await transfer(person, Transfer(new.id, 1, TODAY), by=by)

    rows = {row["enrolment"]: row for row in await Pause.select()}
    kept = rows.get(person)
    assert (kept and (kept["from_on"], kept["to_on"])) == left_behind
    assert (rows[made]["from_on"], rows[made]["to_on"], rows[made]["reason"]) == (
        max(from_on, TODAY), None, "Away",
    )  # fmt: skip
