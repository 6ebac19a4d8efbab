"""What catch-ups add, in the database (C5, S6, C13)."""

from datetime import date

from core.reports import Question, Rate
from core.scope import SYSTEM
from programmes.domain.terms import AttendanceOutcome
from programmes.reports.catch_up import catch_up
from programmes.services.counts import keep_counts
from programmes.services.transfers import Transfer, transfer
from programmes.tables import ProgrammeVersion
from tests.factories import at
from tests.factories_programmes import make_cohort, make_mark, make_session
from tests.fakes import FixedClock
from tests.integration.places import attend, make_member, manager_of, second_cohort
from tests.integration.report_cases import cells, make_golden_outcomes, some

UNITS = "units_missed units_made_up units_not_made_up"
DONE = "started completed without_catch_up by_catch_up"


async def test_one_of_the_five_units_missed_was_made_up_and_three_complete_either_way(
    db: None, now: FixedClock
) -> None:
    """C5: B missed 2, D 3; yield 20.0 %, and completion without catch-ups is still 3 of 4."""
    await make_golden_outcomes(now)

    (row,) = cells(await catch_up(Question(), scope=SYSTEM.scope))

    assert (some(row, UNITS), row["catch_up_yield"].percent) == ((5, 1, 4), "20.0")
    assert some(row, DONE) == (4, 3, 3, 0)
    assert some(row, "r1 r2 r2_without") == (Rate(3, 4),) * 3


async def test_under_a_rule_of_eleven_units_one_completes_only_with_the_catch_up(
    db: None, now: FixedClock
) -> None:
    """S6: B has 11 units with the catch-up, and 10 without."""
    golden = await make_golden_outcomes(now)
    await ProgrammeVersion.update({ProgrammeVersion.min_units: 11}, force=True)
    await keep_counts(list(golden.places.values()))

    (row,) = cells(await catch_up(Question(), scope=SYSTEM.scope))

    assert some(row, DONE) == (4, 3, 2, 1)
    assert row["r2_without"] == Rate(2, 4)


async def test_a_catch_up_dated_after_the_exit_makes_nothing_up(db: None, now: FixedClock) -> None:
    """C13: held before the person was marked as exited, but dated after."""
    golden = await make_golden_outcomes(now)
    place = golden.places["D"]
    for day in ("2026-02-02", "2026-02-03"):
        session = await make_session(
            cohort_id=golden.cohort.id, starts_at=at(f"{day} 15:00"), catch_up_for=place,
            unit_id=golden.cohort.programme.unit_ids[3 if day.endswith("2") else 4],
        )  # fmt: skip
        await make_mark(session_id=session, enrolment_id=place)
    await keep_counts([place])

    (row,) = cells(await catch_up(Question(), scope=SYSTEM.scope))

    assert some(row, UNITS) == (5, 2, 3)


async def test_a_transfer_has_one_start_and_what_was_missed_in_both_groups(db: None) -> None:
    """C13; the same unit in two cycles: what the second credits was still missed in the first."""
    old = await make_cohort(units=6)
    by = await manager_of(old)
    place, _ = await make_member(old, attended=(1, 2))
    await attend(old, place, 3, 4, outcome=AttendanceOutcome.ABSENT_NOTIFIED)
    await keep_counts([place])
    new = await second_cohort(old, starts_on=date(2026, 6, 3))
    made = await transfer(place, Transfer(new.id, 1, date(2026, 6, 3)), by=by)
    await attend(new, made, 1, outcome=AttendanceOutcome.ABSENT_NOT_NOTIFIED)
    await attend(new, made, 2, outcome=AttendanceOutcome.ATTENDED)
    await keep_counts([place])

    (row,) = cells(await catch_up(Question(), scope=SYSTEM.scope))

    assert some(row, "referred started") == (1, 1)
    assert some(row, UNITS) == (2, 0, 2)
