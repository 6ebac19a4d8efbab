"""The curve of those still attending, in the database (C5, C13)."""

from datetime import timedelta

from core.reports import Question
from core.scope import SYSTEM
from programmes.domain.terms import AttendanceOutcome, EnrolmentStatus, ExitReason
from programmes.reports.retention_curve import retention_curve
from programmes.services.counts import keep_counts, keep_counts_of_cohorts
from programmes.services.starts import keep_starts
from programmes.services.transfers import Transfer, transfer
from tests.factories_programmes import make_cohort
from tests.fakes import FixedClock
from tests.integration.places import TODAY, attend, make_member, manager_of, second_cohort
from tests.integration.report_cases import (
    Case,
    cells,
    end,
    make_cases,
    make_golden_outcomes,
    some,
)

POINT = "session at_risk retained"


async def points() -> list[tuple[int, ...]]:
    return [
        some(row, POINT) for row in cells(await retention_curve(Question(), scope=SYSTEM.scope))
    ]


async def test_the_golden_register_loses_one_of_four_after_the_second_session(
    db: None, now: FixedClock
) -> None:
    """C5: D came to two of five; C joined in week 4, and the ninth session was C's last."""
    await make_golden_outcomes(now)

    found = await retention_curve(Question(), scope=SYSTEM.scope)

    assert await points() == [
        *[(session, 4, 4) for session in (1, 2)],
        *[(session, 4, 3) for session in range(3, 13)],
    ]
    assert [row["retention"].percent for row in cells(found)][1:3] == ["100.0", "75.0"]
    assert (found.group_by, found.totals) == (("programme", "session"), None)


async def test_who_still_attends_or_left_by_chance_is_followed_to_their_last_session_only(
    db: None,
) -> None:
    """C13: one joined a rolling group at unit 11; one had to go when the provider withdrew."""
    cohort = await make_cohort(starts_on=TODAY - timedelta(weeks=11))
    stays, _ = await make_member(cohort)
    late, _ = await make_member(cohort, joined_on=TODAY - timedelta(weeks=1))
    chance, _ = await make_member(cohort)
    gone, _ = await make_member(cohort)
    await attend(cohort, stays, 1, 2, 3, 4, 6)
    await attend(cohort, stays, 5, outcome=AttendanceOutcome.ABSENT_NOTIFIED)
    await attend(cohort, late, 11)
    await attend(cohort, late, 12, outcome=AttendanceOutcome.ABSENT_NOTIFIED)
    await attend(cohort, chance, 1, 2)
    await attend(cohort, gone, 1)
    await keep_starts([stays, late, chance, gone], by=SYSTEM)
    on = TODAY - timedelta(weeks=10)
    await end([chance], EnrolmentStatus.EXITED, on, exit_reason=ExitReason.PROVIDER_WITHDREW)
    await end([gone], EnrolmentStatus.EXITED, on, exit_reason=ExitReason.HEALTH)
    await keep_counts_of_cohorts([cohort.id])

    assert await points() == [
        (1, 4, 4), (2, 4, 2), *[(session, 2, 1) for session in range(3, 7)], (7, 2, 0), (8, 2, 0),
    ]  # fmt: skip


async def test_after_a_transfer_the_sessions_of_both_groups_are_counted_on(db: None) -> None:
    """C13: three sessions in the first group, two in the second: five, and one start."""
    old = await make_cohort(units=3, starts_on=TODAY - timedelta(weeks=4))
    by = await manager_of(old)
    place, _ = await make_member(old, attended=(1, 2, 3))
    new = await second_cohort(old, starts_on=TODAY - timedelta(weeks=1))
    made = await transfer(place, Transfer(new.id, 1, TODAY - timedelta(weeks=1)), by=by)
    await attend(new, made, 1, 2)
    await keep_counts([place])

    assert await points() == [(session, 1, 1) for session in range(1, 6)]


async def test_who_started_before_any_session_was_held_is_on_no_curve(db: None) -> None:
    """Such as one whose start was imported without its register."""
    cohort = await make_cohort()
    await make_cases(cohort, [Case(TODAY, status=EnrolmentStatus.ACTIVE, started_on=TODAY)])

    assert (await retention_curve(Question(), scope=SYSTEM.scope)).sections == ()
