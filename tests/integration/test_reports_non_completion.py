"""Why people left, in the database: early or late, and what is never merged (2.2, C5)."""

from dataclasses import replace
from datetime import date

from core.reports import Basis, Question, Rate
from core.scope import SYSTEM, Side
from programmes.domain.terms import AttendanceOutcome, EnrolmentStatus, ExitReason, ReferralStatus
from programmes.reports.non_completion import non_completion
from programmes.services.counts import keep_counts
from programmes.services.endings import Ending, leave
from programmes.services.enrolments import enrol
from programmes.services.transfers import Transfer, transfer
from programmes.tables import Attendance
from tests.factories_programmes import make_cohort
from tests.fakes import FixedClock
from tests.integration.places import TODAY, make_member, manager_of, person_of, second_cohort
from tests.integration.report_cases import (
    Case,
    cells,
    make_cases,
    make_golden_outcomes,
    some,
    totals,
)

NAMES = "exit_group exit_reason"
WHEN = "exited early late"
HOW = "dropped_out deselected neutral"
MAY, JUNE = date(2026, 5, 4), date(2026, 6, 1)
LEFT = Case(
    MAY, referral=ReferralStatus.WITHDRAWN, status=EnrolmentStatus.EXITED, started_on=MAY,
    ended_on=JUNE, exit_reason=ExitReason.DISENGAGED,
)  # fmt: skip


async def test_person_d_of_the_golden_register_dropped_out_early(db: None, now: FixedClock) -> None:
    """C5: two of twelve units, which is less than a quarter; three of twelve are not."""
    golden = await make_golden_outcomes(now)
    found = await non_completion(Question(), scope=SYSTEM.scope)

    (row,) = cells(found)
    assert some(row, NAMES) == ("motivation_behaviour", "disengaged")
    assert (some(row, WHEN), some(row, HOW)) == ((1, 1, 0), (1, 0, 0))
    assert row["share"] == Rate(1, 1)

    await Attendance.update({Attendance.outcome: AttendanceOutcome.ATTENDED}).where(
        Attendance.session == golden.cohort.session_ids[3]
    )
    await keep_counts([golden.places["D"]])
    (row,) = cells(await non_completion(Question(), scope=SYSTEM.scope))
    assert some(row, WHEN) == (1, 0, 1)


async def test_reasons_add_up_and_deselection_dropping_out_and_chance_stay_apart(
    db: None,
) -> None:
    """WG18, C3; who never started is in no other figure, and a completion in part is no exit."""
    cohort = await make_cohort(side=Side.PERPETRATOR)
    never = {"started_on": None, "exit_reason": ExitReason.MOVED_AREA}
    await make_cases(
        cohort,
        [
            *[LEFT] * 3,
            replace(LEFT, exit_reason=ExitReason.BREACHED),
            replace(LEFT, exit_reason=ExitReason.DESELECTED_RISK_INCREASE),
            replace(LEFT, exit_reason=ExitReason.PROGRAMME_CLOSED),
            replace(LEFT, **never),  # type: ignore[arg-type]
            replace(LEFT, status=EnrolmentStatus.COMPLETED_PARTIAL, exit_reason=None),
        ],
    )

    found = await non_completion(Question(), scope=SYSTEM.scope)
    rows = {row["exit_reason"]: row for row in cells(found)}
    whole = totals(found)

    assert [(row["exit_group"], row["exited"]) for row in rows.values()] == [
        ("motivation_behaviour", 3), ("personal_health", 0), ("justice", 1), ("operational", 1),
        ("safety", 1),
    ]  # fmt: skip
    assert {reason: some(row, HOW) for reason, row in rows.items()} == {
        "disengaged": (3, 0, 0), "moved_area": (0, 0, 0), "breached": (1, 0, 0),
        "programme_closed": (0, 0, 1), "deselected_risk_increase": (0, 1, 0),
    }  # fmt: skip
    assert rows["disengaged"]["share"] == Rate(3, 6)
    assert rows["moved_area"]["never_started"] == whole["never_started"] == 1
    assert (some(whole, WHEN), some(whole, HOW)) == ((6, 6, 0), (4, 1, 1))
    assert (whole["share"], whole["all_exited"]) == (Rate(6, 6), 6)


async def test_in_flow_an_exit_is_of_the_period_in_which_it_was_and_each_group_has_its_own_share(
    db: None,
) -> None:
    cohort = await make_cohort(code="A")
    await make_cases(cohort, [LEFT, LEFT, replace(LEFT, ended_on=date(2026, 7, 6))])
    other = await second_cohort(cohort, code="B")
    await make_cases(other, [replace(LEFT, exit_reason=ExitReason.HEALTH)])
    quarter = Question(date(2026, 4, 1), date(2026, 6, 30), group_by=("cohort",))

    flow = await non_completion(replace(quarter, basis=Basis.FLOW), scope=SYSTEM.scope)
    cohorts = await non_completion(quarter, scope=SYSTEM.scope)

    assert flow.group_by == ("programme", "cohort", "exit_group", "exit_reason")
    assert [some(row, "cohort exited all_exited") for row in cells(flow)] == [
        ("A", 2, 2), ("B", 1, 1)
    ]  # fmt: skip
    assert [row["exited"] for row in cells(cohorts)] == [3, 1]
    assert totals(flow)["share"] == Rate(3, 3)


async def test_a_transfer_is_no_exit_and_who_came_back_has_not_left(db: None) -> None:
    """C13: one start, one outcome; whoever was referred again after an exit has left once."""
    cohort = await make_cohort()
    by = await manager_of(cohort)
    moved, _ = await make_member(cohort, attended=(1,))
    back, _ = await make_member(cohort, attended=(1,))
    new = await second_cohort(cohort, starts_on=TODAY)
    await transfer(moved, Transfer(new.id, 1, TODAY), by=by)
    await leave(back, Ending(TODAY, 1), ExitReason.HEALTH, keep_open=True, by=by)

    (row,) = cells(await non_completion(Question(), scope=SYSTEM.scope))
    assert some(row, "exit_reason exited") == ("health", 1)

    await enrol(new.id, await person_of(back), by=by)
    assert cells(await non_completion(Question(), scope=SYSTEM.scope)) == []
