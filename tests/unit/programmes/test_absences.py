"""When absences are reviewed (2.3): the second unacceptable one, or three misses in a row."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programmes.bank_holidays import is_bank_holiday
from programmes.domain.absences import (
    DEFAULT_RULES,
    MarkedSession,
    ReviewRule,
    Trigger,
    act_by,
    may_ask,
    triggers,
)
from programmes.domain.attendance import ABSENCES, Mark
from programmes.domain.case_terms import ReviewCause
from programmes.domain.register import Changes, Entry
from programmes.domain.terms import AbsenceReason, Mandate, Nation
from programmes.domain.terms import AttendanceOutcome as Outcome

COURT = DEFAULT_RULES[Mandate.COURT_ORDER]
VOLUNTARY = DEFAULT_RULES[Mandate.VOLUNTARY]

CAME = Mark(Outcome.ATTENDED)
EXCUSED = Mark(Outcome.ABSENT_NOTIFIED, acceptable=True)
MISSED = Mark(Outcome.ABSENT_NOT_NOTIFIED)
STOOD_DOWN = Mark(Outcome.ABSENT_NOTIFIED, absence_reason=AbsenceReason.STOOD_DOWN)


def week(number: int) -> datetime:
    return datetime(2026, 1, 6, 18, 30, tzinfo=UTC) + timedelta(weeks=number)


def sessions(*marks: Mark, catch_ups: Sequence[int] = ()) -> list[MarkedSession]:
    """One session a week, from week 1."""
    return [
        MarkedSession(UUID(int=number), week(number), mark, catch_up=number in catch_ups)
        for number, mark in enumerate(marks, start=1)
    ]


def found(
    rule: ReviewRule,
    *marks: Mark,
    reviewed: dict[ReviewCause, datetime] | None = None,
    catch_ups: Sequence[int] = (),
) -> list[tuple[int, int]]:
    """The week and the count of each trigger."""
    all_found: tuple[Trigger, ...] = triggers(
        sessions(*marks, catch_ups=catch_ups), rule, reviewed=reviewed or {}
    )
    return [(one.session.session_id.int, one.absences) for one in all_found]


def test_the_second_unacceptable_absence_of_an_order_asks_for_a_review() -> None:
    assert found(COURT, MISSED, CAME) == []
    assert found(COURT, MISSED, CAME, EXCUSED, MISSED) == [(4, 2)]


def test_an_absence_that_was_told_of_is_unacceptable_only_where_somebody_found_so() -> None:
    told = Mark(Outcome.ABSENT_NOTIFIED)
    found_so = Mark(Outcome.ABSENT_NOTIFIED, acceptable=False)

    assert found(COURT, told, told, told) == []
    assert found(COURT, found_so, found_so) == [(2, 2)]


def test_whoever_comes_freely_is_asked_after_three_misses_in_a_row() -> None:
    assert found(VOLUNTARY, MISSED, EXCUSED, CAME, MISSED, MISSED) == []
    assert found(VOLUNTARY, MISSED, EXCUSED, MISSED) == [(3, 3)]


def test_what_does_not_count_neither_adds_to_a_row_nor_breaks_it() -> None:
    not_expected = Mark(Outcome.NOT_REQUIRED)

    assert found(VOLUNTARY, MISSED, STOOD_DOWN, MISSED, not_expected) == []
    assert found(VOLUNTARY, MISSED, STOOD_DOWN, MISSED, not_expected, MISSED) == [(5, 3)]


def test_a_missed_catch_up_is_no_absence_and_an_attended_one_ends_the_row() -> None:
    assert found(VOLUNTARY, MISSED, MISSED, MISSED, catch_ups=[3]) == []
    assert found(COURT, MISSED, MISSED, catch_ups=[2]) == []
    assert found(VOLUNTARY, MISSED, MISSED, CAME, MISSED, catch_ups=[3]) == []


def test_after_a_review_each_unacceptable_absence_asks_again() -> None:
    marks = (MISSED, MISSED, CAME, MISSED)

    assert found(COURT, *marks) == [(2, 2)]
    assert found(COURT, *marks, reviewed={ReviewCause.UNACCEPTABLE: week(2)}) == [(4, 3)]
    assert found(COURT, *marks, reviewed={ReviewCause.UNACCEPTABLE: week(4)}) == []


def test_after_a_review_of_a_row_as_many_misses_again_ask_again() -> None:
    reviewed = {ReviewCause.CONSECUTIVE: week(3)}

    assert found(VOLUNTARY, *[MISSED] * 5, reviewed=reviewed) == []
    assert found(VOLUNTARY, *[MISSED] * 6, reviewed=reviewed) == [(6, 6)]


def test_both_causes_may_ask_at_once_and_a_rule_may_switch_both_off() -> None:
    both = ReviewRule(after_unacceptable=2, after_consecutive=3)

    assert found(both, MISSED, MISSED, MISSED) == [(2, 2), (3, 3)]
    assert found(ReviewRule(None, None), MISSED, MISSED, MISSED) == []


def test_every_mandate_has_a_rule_with_ten_working_days() -> None:
    assert set(DEFAULT_RULES) == set(Mandate)
    assert {rule.act_within_working_days for rule in DEFAULT_RULES.values()} == {10}


@pytest.mark.parametrize(
    ("absent_on", "by"),
    [
        (date(2026, 6, 10), date(2026, 6, 24)),
        (date(2026, 3, 27), date(2026, 4, 14)),
        (date(2026, 12, 18), date(2027, 1, 6)),
    ],
    ids=["two plain weeks", "over Easter", "over Christmas and New Year"],
)
def test_the_clock_skips_weekends_and_bank_holidays(absent_on: date, by: date) -> None:
    holidays = partial(is_bank_holiday, nation=Nation.ENGLAND_AND_WALES)

    assert act_by(absent_on, COURT, is_holiday=holidays) == by


MARKS = st.lists(st.sampled_from([CAME, EXCUSED, MISSED, STOOD_DOWN]), max_size=14)


@given(MARKS, st.integers(1, 4), st.integers(1, 4))
def test_reviewing_what_asked_leaves_only_later_absences_to_ask(
    marks: list[Mark], unacceptable: int, consecutive: int
) -> None:
    rule = ReviewRule(unacceptable, consecutive)
    given_marks = sessions(*marks)
    first = triggers(given_marks, rule, reviewed={})
    again = triggers(
        given_marks, rule, reviewed={one.cause: one.session.starts_at for one in first}
    )

    before = {one.cause: one.session.starts_at for one in first}
    assert all(one.session.starts_at > before[one.cause] for one in again)
    assert all(not one.session.mark.attended for one in (*first, *again))


ANY_MARK = st.builds(
    Mark, st.sampled_from(Outcome), acceptable=st.sampled_from([None, True, False])
)
NO_ABSENCE = st.builds(Mark, st.sampled_from(sorted(set(Outcome) - ABSENCES)))
ANY_RULE = st.builds(ReviewRule, st.none() | st.integers(1, 4), st.none() | st.integers(1, 4))


@given(
    marks=st.lists(ANY_MARK, max_size=12), came=NO_ABSENCE, at=st.integers(0, 12),
    catch_up=st.booleans(), rule=ANY_RULE,
)  # fmt: skip
def test_whoever_comes_is_not_asked_about_for_the_first_time(
    *, marks: list[Mark], came: Mark, at: int, catch_up: bool, rule: ReviewRule
) -> None:
    """So a register on which nobody is absent opens no review of whoever had none."""
    before = sessions(*marks)
    new = MarkedSession(UUID(int=99), week(0), came, catch_up=catch_up)

    if triggers(before, rule, reviewed={}) == ():
        assert triggers([*before[:at], new, *before[at:]], rule, reviewed={}) == ()


def test_absences_and_corrections_may_ask_for_a_review() -> None:
    lines = [Entry(UUID(int=number), outcome) for number, outcome in enumerate(Outcome)]
    came = Entry(UUID(int=50), Outcome.ATTENDED)
    was = Entry(UUID(int=50), Outcome.LATE)

    asking = may_ask(Changes(new=tuple(lines), corrected=((was, came),)))

    assert asking == {came.enrolment_id} | {
        line.enrolment_id for line in lines if line.outcome in ABSENCES
    }
