"""When a programme counts as completed, and who still can complete it (C4)."""

from collections.abc import Iterable
from fractions import Fraction

import pytest

from programmes.domain.attendance import Mark
from programmes.domain.completion import (
    END_REVIEW,
    REPORT_SENT,
    CompletionRule,
    CurriculumUnit,
    Meeting,
    Progress,
    Standing,
    progress,
)
from programmes.domain.terms import AttendanceOutcome as Outcome

TWELVE = tuple(CurriculumUnit(number, 120) for number in range(1, 13))
NINE = CompletionRule(min_units=9)
ALL = CompletionRule(min_percent=100)
ATTENDED = Mark(Outcome.ATTENDED)
ABSENT = Mark(Outcome.ABSENT_NOT_NOTIFIED)


def attended(numbers: Iterable[int]) -> list[Meeting]:
    return [Meeting(number, past=True, mark=ATTENDED) for number in numbers]


def missed(numbers: Iterable[int]) -> list[Meeting]:
    return [Meeting(number, past=True, mark=ABSENT) for number in numbers]


def to_come(numbers: Iterable[int]) -> list[Meeting]:
    return [Meeting(number, past=False) for number in numbers]


def earlier(numbers: Iterable[int]) -> list[Meeting]:
    return [Meeting(number, past=True, mark=ATTENDED, earlier=True) for number in numbers]


def after(
    meetings: list[Meeting],
    rule: CompletionRule = NINE,
    *,
    units: tuple[CurriculumUnit, ...] = TWELVE,
    recorded: frozenset[str] = frozenset(),
    closed: bool = False,
) -> Progress:
    return progress(meetings, units=units, rule=rule, recorded=recorded, closed=closed)


def test_nine_of_twelve_units_complete() -> None:
    assert after(attended(range(1, 9))).missing == ("1 more of the 9 units required",)
    assert after(attended(range(1, 10))).standing is Standing.COMPLETE


@pytest.mark.parametrize(
    ("percent", "units", "required"),
    [(100, 12, 12), (75, 12, 9), (70, 12, 9), (1, 12, 1), (50, 7, 4)],
)
def test_a_percentage_of_units_is_rounded_up(percent: int, units: int, required: int) -> None:
    assert CompletionRule(min_percent=percent).units_required(units) == required


def test_a_mandatory_unit_must_be_among_those_credited() -> None:
    units = (*TWELVE[:11], CurriculumUnit(12, 120, mandatory=True))

    without = after(attended(range(1, 12)), units=units)
    assert (without.missing, len(without.units_credited)) == (("Unit 12 (mandatory)",), 11)
    assert after(attended(range(4, 13)), units=units).standing is Standing.COMPLETE


def test_hours_are_a_gate_of_their_own() -> None:
    rule = CompletionRule(min_units=9, min_hours=18)
    short = [Meeting(number, past=True, mark=Mark(Outcome.LATE, 90)) for number in range(1, 10)]

    assert after(short, rule).missing == ("4.5 more of the 18 hours",)
    assert after(attended(range(1, 10)), rule).missing == ()


def test_what_must_be_written_down_is_missing_until_it_is() -> None:
    rule = CompletionRule(min_units=9, needs_end_review=True, needs_report_sent=True)
    meetings = attended(range(1, 10))

    assert after(meetings, rule).missing == (END_REVIEW, REPORT_SENT)
    assert after(meetings, rule, recorded=frozenset({END_REVIEW})).missing == (REPORT_SENT,)
    assert after(meetings, rule).standing is Standing.CAN_COMPLETE
    both = frozenset({END_REVIEW, REPORT_SENT})
    assert after(meetings, rule, recorded=both).standing is Standing.COMPLETE


def test_every_gate_that_does_not_hold_is_named() -> None:
    units = (CurriculumUnit(1, 120, mandatory=True), *TWELVE[1:])
    rule = CompletionRule(min_units=9, min_hours=18, needs_end_review=True)

    assert after(attended([2]), rule, units=units).missing == (
        "8 more of the 9 units required",
        "Unit 1 (mandatory)",
        "16 more of the 18 hours",
        END_REVIEW,
    )


def test_somebody_with_enough_sessions_to_come_can_complete() -> None:
    meetings = [*missed(range(1, 4)), *to_come(range(4, 13))]

    assert after(meetings).standing is Standing.CAN_COMPLETE


def test_a_session_that_nobody_marked_may_still_be_marked_attended() -> None:
    unmarked = [Meeting(number, past=True) for number in range(1, 10)]

    assert after(unmarked).standing is Standing.CAN_COMPLETE
    assert (after(unmarked).unmarked, after(unmarked).attendance_rate) == (9, None)


def test_whoever_missed_too_many_needs_a_catch_up() -> None:
    meetings = [*missed(range(1, 5)), *to_come(range(5, 13))]

    assert after(meetings).standing is Standing.NEEDS_CATCH_UP


def test_a_unit_cancelled_and_not_re_run_needs_a_catch_up() -> None:
    meetings = [*attended(range(1, 12)), Meeting(12, past=True, cancelled=True)]

    assert after(meetings, ALL).standing is Standing.NEEDS_CATCH_UP


def test_a_cancelled_session_to_come_cannot_be_attended() -> None:
    meetings = [*attended(range(1, 12)), Meeting(12, past=False, cancelled=True)]

    assert after(meetings, ALL).standing is not Standing.CAN_COMPLETE


def test_an_enrolment_that_ended_short_cannot_complete() -> None:
    meetings = [*attended(range(1, 6)), *to_come(range(6, 13))]

    assert after(meetings, closed=True).standing is Standing.CANNOT_COMPLETE


def test_an_enrolment_that_ended_with_every_gate_held_is_complete() -> None:
    assert after(attended(range(1, 10)), closed=True).standing is Standing.COMPLETE


def test_a_rolling_joiner_cannot_complete_units_that_met_before_they_joined() -> None:
    meetings = [*attended(range(4, 7)), *to_come(range(7, 13))]

    assert after(meetings, ALL).standing is Standing.CANNOT_COMPLETE
    assert after(meetings).standing is Standing.CAN_COMPLETE


def test_units_carried_from_an_earlier_cohort_count_once() -> None:
    found = after([*attended(range(3, 13)), *earlier([1, 2, 3])], ALL)

    assert found.standing is Standing.COMPLETE
    assert (found.units_credited, found.minutes) == (tuple(range(1, 13)), 24 * 60)
    assert found.units_by_catch_up == ()


def test_a_carried_unit_that_the_curriculum_does_not_have_counts_for_nothing() -> None:
    found = after([*attended(range(1, 9)), *earlier([13])])

    assert found.units_credited == tuple(range(1, 9))


def test_attending_a_carried_unit_again_in_part_takes_no_hours_away() -> None:
    again = [Meeting(1, past=True, mark=Mark(Outcome.LEFT_EARLY, 90))]

    assert after([*again, *earlier([1])]).minutes == 120


def test_a_meeting_of_a_unit_outside_the_curriculum_credits_nothing() -> None:
    assert after(attended([13])).units_credited == ()


def test_the_longest_attendance_of_a_unit_gives_its_hours() -> None:
    meetings = [
        Meeting(1, past=True, mark=Mark(Outcome.LATE, minutes)) for minutes in (90, 110, 95)
    ]

    assert after(meetings).dosage_hours == Fraction(110, 60)


def test_hours_short_on_a_credited_unit_can_come_from_its_repetition() -> None:
    units = (CurriculumUnit(1, 60),)
    rule = CompletionRule(min_units=1, min_hours=1)
    in_part = Meeting(1, past=True, mark=Mark(Outcome.LEFT_EARLY, 45))

    assert after([in_part], rule, units=units).standing is Standing.NEEDS_CATCH_UP
    repeated = [in_part, *to_come([1])]
    assert after(repeated, rule, units=units).standing is Standing.CAN_COMPLETE


def test_a_curriculum_without_units_has_no_dosage() -> None:
    assert after([], units=()).dosage_rate is None


def test_compliance_is_of_the_marks_and_nothing_else() -> None:
    told_us = Meeting(2, past=True, mark=Mark(Outcome.ABSENT_NOTIFIED))
    found = after([*attended([1]), told_us, *missed([3]), Meeting(4, past=True)])

    assert found.compliance_rate == Fraction(2, 3)
    assert (found.expected, found.marked, found.attendance_rate) == (4, 3, Fraction(1, 3))
    assert after([]).compliance_rate is None


def test_what_was_expected_in_an_earlier_place_is_not_expected_here_again() -> None:
    absent = Meeting(2, past=True, mark=ABSENT, earlier=True)
    found = after([*attended([3]), *earlier([1]), absent])

    assert (found.expected, found.attended, found.units_credited) == (1, 1, (1, 3))


def test_a_unit_caught_up_in_an_earlier_place_stays_a_catch_up() -> None:
    caught_up = Meeting(1, past=True, mark=ATTENDED, catch_up=True, earlier=True)

    assert after([caught_up, *attended([2])]).units_by_catch_up == (1,)


def test_paused_days_are_not_expected_but_what_was_attended_is_credited() -> None:
    """C5: expected(p) counts what lies inside the enrolment window."""
    away = [Meeting(number, past=True, pause=True) for number in (2, 3)]
    came = Meeting(4, past=True, pause=True, mark=ATTENDED)
    found = after([*attended([1]), *away, came])

    assert (found.expected, found.marked, found.units_credited) == (1, 1, (1, 4))


def test_sessions_of_a_coming_pause_can_only_be_caught_up() -> None:
    coming = [Meeting(number, past=False, pause=number > 10) for number in range(7, 13)]

    assert after([*attended(range(1, 7)), *coming], ALL).standing is Standing.NEEDS_CATCH_UP
    assert after([*attended(range(1, 7)), *coming]).standing is Standing.CAN_COMPLETE


def test_the_yield_counts_missed_units_only() -> None:
    """C5: a rolling joiner catches up unit 1, which was never missed, and unit 5, which was."""
    caught_up = [Meeting(number, past=True, catch_up=True, mark=ATTENDED) for number in (1, 5)]
    found = after([*attended([4, 7]), *missed([5, 6]), *caught_up])

    assert (found.units_by_catch_up, found.units_missed) == ((1, 5), (5, 6))
    assert found.units_made_up == 1


def test_whether_the_rule_holds_without_catch_ups() -> None:
    """C5, S6: the same person with and without the credit of catch-ups."""
    caught_up = Meeting(9, past=True, catch_up=True, mark=ATTENDED)

    with_it = after([*attended(range(1, 9)), *missed([9]), caught_up])
    assert (with_it.standing, with_it.complete_without_catch_up) == (Standing.COMPLETE, False)
    assert after(attended(range(1, 10))).complete_without_catch_up
