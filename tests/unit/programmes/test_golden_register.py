"""The golden register of C5: 12 units, 13 occurrences, week 7 cancelled and re-run."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from fractions import Fraction

import pytest

from core.figures import percent
from programmes.domain.attendance import Mark
from programmes.domain.completion import (
    CompletionRule,
    CurriculumUnit,
    Meeting,
    Progress,
    Standing,
    progress,
)
from programmes.domain.terms import AttendanceOutcome as Outcome

UNITS = tuple(CurriculumUnit(number, 120) for number in range(1, 13))
NINE = CompletionRule(min_units=9)
TWELVE = CompletionRule(min_units=12)
WEEKS = (*range(1, 8), *range(7, 13))
"""The unit of each occurrence: unit 7 was planned for week 7 and held in week 8."""

CATCH_UP = Meeting(6, past=True, catch_up=True, mark=Mark(Outcome.ATTENDED))


def met(units: Collection[int], absent: Mapping[int, Outcome] | None = None) -> list[Meeting]:
    """The occurrences of these units: attended, but for those named as absent."""
    absent = absent or {}
    return [
        Meeting(unit, past=True, cancelled=True)
        if week == 7
        else Meeting(unit, past=True, mark=Mark(absent.get(unit, Outcome.ATTENDED)))
        for week, unit in enumerate(WEEKS, start=1)
        if unit in units
    ]


A = met(range(1, 13))
B = [*met(range(1, 13), {3: Outcome.ABSENT_NOT_NOTIFIED, 6: Outcome.ABSENT_NOTIFIED}), CATCH_UP]
C = met(range(4, 13))
D = met(range(1, 6), dict.fromkeys([3, 4, 5], Outcome.ABSENT_NOT_NOTIFIED))
REGISTER = {"A": A, "B": B, "C": C, "D": D}


def stand(person: str, rule: CompletionRule = NINE, *, with_catch_ups: bool = True) -> Progress:
    meetings = [item for item in REGISTER[person] if with_catch_ups or not item.catch_up]
    return progress(meetings, units=UNITS, rule=rule, closed=person == "D")


TABLE = {
    "A": (12, 12, "100.0", 12, Fraction(24), Standing.COMPLETE),
    "B": (12, 10, "83.3", 11, Fraction(22), Standing.COMPLETE),
    "C": (9, 9, "100.0", 9, Fraction(18), Standing.COMPLETE),
    "D": (5, 2, "40.0", 2, Fraction(4), Standing.CANNOT_COMPLETE),
}
"""Expected, attended, rate, units, hours, and the standing under the rule of nine units."""


@pytest.mark.parametrize("person", TABLE)
def test_each_person_stands_as_the_table_of_c5_says(person: str) -> None:
    found = stand(person)

    assert TABLE[person] == (
        found.expected,
        found.attended,
        percent(found.attendance_rate or Fraction(0)),
        len(found.units_credited),
        found.dosage_hours,
        found.standing,
    )
    assert found.unmarked == 0


def test_the_week_that_was_cancelled_counts_once_when_it_is_re_run() -> None:
    assert (len(WEEKS), sum(item.cancelled for item in A), stand("A").expected) == (13, 1, 12)
    assert stand("A").units_credited.count(7) == 1


def test_the_group_rate_pools_everybody_and_is_no_mean_of_percentages() -> None:
    found = [stand(person) for person in REGISTER]
    attended, marked = sum(item.attended for item in found), sum(item.marked for item in found)

    assert (attended, marked, percent(Fraction(attended, marked))) == (33, 38, "86.8")
    rates = [item.attendance_rate or Fraction(0) for item in found]
    assert percent(sum(rates, Fraction(0)) / 4) == "80.8"


def test_the_catch_up_yields_one_of_the_five_units_missed() -> None:
    found = {person: stand(person) for person in REGISTER}
    missed = sum(item.marked - item.attended for item in found.values())
    caught_up = {person: item.units_by_catch_up for person, item in found.items()}

    assert (missed, caught_up) == (5, {"A": (), "B": (6,), "C": (), "D": ()})
    assert percent(Fraction(1, missed)) == "20.0"


@pytest.mark.parametrize("with_catch_ups", [True, False])
def test_three_of_four_complete_with_the_catch_up_or_without(
    *,
    with_catch_ups: bool,
) -> None:
    found = [stand(person, with_catch_ups=with_catch_ups) for person in REGISTER]

    assert sum(item.standing is Standing.COMPLETE for item in found) == 3


def test_the_rolling_joiner_has_three_quarters_of_the_dosage() -> None:
    assert percent(stand("C").dosage_rate or Fraction(0)) == "75.0"


def test_the_rolling_joiner_does_not_complete_under_a_rule_of_twelve_units() -> None:
    assert stand("C", TWELVE).standing is Standing.CANNOT_COMPLETE
    assert stand("C", TWELVE).missing == ("3 more of the 12 units required",)


def test_the_rolling_joiner_completes_when_the_next_cycle_gives_units_one_to_three() -> None:
    earlier = [replace(meeting, earlier=True) for meeting in C]
    found = progress([*met(range(1, 4)), *earlier], units=UNITS, rule=TWELVE)

    assert (found.standing, found.expected) == (Standing.COMPLETE, 3)


def test_one_of_five_missed_units_was_made_up() -> None:
    """C5: units missed while enrolled 5 (B 2, D 3), catch-up yield 1/5 = 20.0 %."""
    found = [stand(person) for person in REGISTER]

    assert [len(item.units_missed) for item in found] == [0, 2, 0, 3]
    assert sum(item.units_made_up for item in found) == 1
