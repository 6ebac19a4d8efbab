"""When measures are due, what may be shown, and paired change (2.4, C11, D4)."""

from collections.abc import Hashable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.scope import Side
from programmes.domain.case_terms import Direction, OutcomeSource, Timepoint
from programmes.domain.outcomes import (
    TIMINGS,
    Change,
    Course,
    Report,
    Verdict,
    change,
    check_claim,
    due_on,
    earliest_on,
    half_day,
    is_asked_for,
    is_overdue,
    months_after,
    paired_change,
    shown,
    verdict,
)

T, S = Timepoint, OutcomeSource
UP, DOWN = Direction.HIGHER_IS_BETTER, Direction.LOWER_IS_BETTER
WEDNESDAYS = [date(2026, 5, 6) + timedelta(weeks=week) for week in range(12)]
HERE = Course(date(2026, 5, 6), date(2026, 5, 6), date(2026, 6, 10))
LEFT = replace(HERE, ended_on=date(2026, 7, 22))


def report(timepoint: Timepoint, source: OutcomeSource, value: int = 3, measure: int = 1) -> Report:
    return Report(
        UUID(int=0), UUID(int=measure), timepoint, source, value, date(2026, 6, 1),
        datetime(2026, 6, 1, tzinfo=UTC), 1,
    )  # fmt: skip


def test_half_of_twelve_units_is_past_at_the_sixth_session_since_joining() -> None:
    assert half_day(WEDNESDAYS, joined_on=WEDNESDAYS[0], unit_count=12) == date(2026, 6, 10)
    assert half_day(WEDNESDAYS, joined_on=WEDNESDAYS[3], unit_count=12) == date(2026, 7, 1)
    assert half_day(WEDNESDAYS, joined_on=WEDNESDAYS[0], unit_count=5) == date(2026, 5, 20)


def test_there_is_no_half_without_enough_sessions_or_units() -> None:
    assert half_day(WEDNESDAYS, joined_on=WEDNESDAYS[10], unit_count=12) is None
    assert half_day(WEDNESDAYS, joined_on=WEDNESDAYS[0], unit_count=0) is None


@pytest.mark.parametrize(
    ("timepoint", "of_who_is_there", "of_who_left"),
    [
        (T.START, date(2026, 5, 6), None),
        (T.MIDDLE, date(2026, 6, 10), None),
        (T.END, None, date(2026, 7, 22)),
        (T.SIX_MONTHS_AFTER, None, date(2027, 1, 22)),
        (T.TWELVE_MONTHS_AFTER, date(2027, 5, 6), date(2027, 5, 6)),
    ],
)
def test_the_day_from_which_each_timepoint_is_due(
    timepoint: Timepoint, of_who_is_there: date | None, of_who_left: date | None
) -> None:
    assert due_on(timepoint, HERE) == of_who_is_there
    assert due_on(timepoint, LEFT) == of_who_left


def test_every_timepoint_has_its_timing() -> None:
    assert set(TIMINGS) == set(Timepoint)


@pytest.mark.parametrize("timepoint", list(Timepoint))
def test_nobody_is_asked_about_a_programme_that_they_never_began(timepoint: Timepoint) -> None:
    never = Course(date(2026, 5, 6), None, date(2026, 6, 10), date(2026, 6, 17))

    assert due_on(timepoint, never) is None
    assert earliest_on(timepoint, never) == (date(2026, 5, 6) if timepoint is T.START else None)


def test_a_value_can_be_taken_from_joining_from_the_start_or_a_month_before_its_day() -> None:
    late_start = replace(HERE, started_on=date(2026, 5, 13))

    assert earliest_on(T.START, late_start) == date(2026, 5, 6)
    assert earliest_on(T.MIDDLE, late_start) == date(2026, 5, 13)
    assert earliest_on(T.END, late_start) == date(2026, 5, 13)
    assert earliest_on(T.SIX_MONTHS_AFTER, HERE) is None
    assert earliest_on(T.SIX_MONTHS_AFTER, LEFT) == date(2026, 12, 23)
    assert earliest_on(T.TWELVE_MONTHS_AFTER, HERE) == date(2027, 4, 6)


def test_a_measure_is_due_at_once_overdue_after_two_weeks_and_not_asked_for_after_ninety_days(
) -> None:  # fmt: skip
    day = date(2026, 5, 6)

    assert [is_overdue(day, today=day + timedelta(days=n)) for n in (0, 14, 15)] == [
        False, False, True,
    ]  # fmt: skip
    assert [is_asked_for(day, today=day + timedelta(days=n)) for n in (-1, 0, 90, 91)] == [
        False, True, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
    ],
)
def test_months_later_is_the_same_day_or_the_months_last(
    day: date, months: int, then: date
) -> None:
    assert months_after(day, months) == then


ALL = (
    report(T.START, S.SELF), report(T.START, S.PARTNER), report(T.START, S.PRACTITIONER),
    report(T.END, S.SELF), report(T.MIDDLE, S.SELF), report(T.MIDDLE, S.AGENCY),
    report(T.START, S.SELF, measure=2),
)  # fmt: skip


def seen_by(
    *, case: bool, partner: bool, side: Side = Side.PERPETRATOR
) -> list[tuple[str, str, int, bool]]:
    found = shown(ALL, side=side, sees_case=case, sees_partner=partner)
    return [
        (one.timepoint.value, one.source.value, one.measure_id.int, one.value is not None)
        for one in found
    ]


def test_a_partners_report_is_there_for_nobody_but_who_sees_links_d4() -> None:
    assert {source for _, source, _, _ in seen_by(case=True, partner=False)} == {
        "self", "practitioner", "agency",
    }  # fmt: skip
    assert seen_by(case=False, partner=True) == [("start", "partner", 1, True)]
    assert seen_by(case=False, partner=False) == []


def test_a_perpetrators_own_report_is_withheld_without_another_beside_it() -> None:
    """2.4, standard 1: of the same measure, at the same timepoint, within the reader's sight."""
    of_facilitator = [one for one in seen_by(case=True, partner=False) if one[1] == "self"]
    of_safety_lead = [one for one in seen_by(case=True, partner=True) if one[1] == "self"]

    assert of_facilitator == [
        ("start", "self", 1, False), ("end", "self", 1, False), ("middle", "self", 1, True),
        ("start", "self", 2, False),
    ]  # fmt: skip
    assert of_safety_lead == [
        ("start", "self", 1, True), ("end", "self", 1, False), ("middle", "self", 1, True),
        ("start", "self", 2, False),
    ]  # fmt: skip


def test_a_survivors_own_reports_need_nothing_beside_them() -> None:
    own = shown([report(T.START, S.SELF)], side=Side.SURVIVOR, sees_case=True, sees_partner=False)

    assert [one.value for one in own] == [3]
    assert seen_by(case=False, partner=True, side=Side.SURVIVOR) == []


def test_the_change_runs_from_the_start_to_the_latest_report() -> None:
    reports = [report(T.END, S.SELF, 7), report(T.START, S.SELF, 4), report(T.MIDDLE, S.SELF, 9)]

    assert change(reports, UP) == Change(T.END, 4, 7, Verdict.IMPROVED)
    assert change(reports, DOWN) == Change(T.END, 4, 7, Verdict.WORSE)


def test_there_is_no_change_without_a_start_and_something_after_it() -> None:
    assert change([], UP) is None
    assert change([report(T.START, S.SELF)], UP) is None
    assert change([report(T.MIDDLE, S.SELF), report(T.END, S.SELF)], UP) is None


def test_a_change_is_withheld_with_any_of_its_reports() -> None:
    withheld = replace(report(T.MIDDLE, S.SELF), value=None, withheld=True)
    pair = [report(T.START, S.SELF, 4), report(T.END, S.SELF, 7)]

    assert change([*pair, withheld], UP) == Change(T.END, None, None, None)
    assert change([pair[0], withheld], UP) == Change(T.MIDDLE, None, None, None)


@pytest.mark.parametrize(
    ("before", "after", "up", "down"),
    [
        (4, 7, Verdict.IMPROVED, Verdict.WORSE),
        (7, 4, Verdict.WORSE, Verdict.IMPROVED),
        (4, 4, Verdict.SAME, Verdict.SAME),
    ],
)
def test_better_is_what_the_measure_says(
    before: int, after: int, up: Verdict, down: Verdict
) -> None:
    assert (verdict(before, after, UP), verdict(before, after, DOWN)) == (up, down)


def test_paired_change_counts_only_who_answered_both_times_c11() -> None:
    """C11: 5 before, 4 after, 3 both times; of these 1 better, 1 the same, 1 worse."""
    found = paired_change(
        {"a": 4, "b": 5, "c": 6, "d": 1, "e": 9}, {"a": 7, "b": 5, "c": 2, "f": 10}, direction=UP
    )

    assert (found.n_pre, found.n_post, found.n_paired) == (5, 4, 3)
    assert (found.improved, found.same, found.worse) == (1, 1, 1)
    assert found.response_rate == Fraction(3, 5)


def test_movers_of_a_yes_or_no_are_yes_before_less_yes_after_c11() -> None:
    """C11: of four pairs three said yes before and one after, so two moved; b answered once."""
    found = paired_change(
        {"a": 1, "b": 1, "c": 1, "d": 1, "e": 0}, {"a": 0, "c": 1, "d": 0, "e": 0},
        direction=DOWN,
    )  # fmt: skip

    assert (found.pre_yes, found.post_yes, found.movers) == (3, 1, 2)
    assert (found.improved, found.same, found.worse) == (2, 2, 0)


def test_without_anybody_before_there_is_no_response_rate() -> None:
    assert paired_change({}, {"a": 1}, direction=UP).response_rate is None


def test_a_claimed_change_stands_beside_the_recomputed_one_c11() -> None:
    """C11: 21 before and 9 after were published as 13 fewer; there are 12."""
    wrong, right = check_claim(13, pre=21, post=9), check_claim(12, pre=21, post=9)

    assert (wrong.claimed, wrong.recomputed, wrong.agrees) == (13, 12, False)
    assert right.agrees


VALUES = st.dictionaries(st.integers(1, 8), st.integers(0, 3), max_size=8)


@given(VALUES, VALUES, st.sampled_from(Direction))
def test_pairs_add_up_c11(
    pre: dict[Hashable, int], post: dict[Hashable, int], direction: Direction
) -> None:
    found = paired_change(pre, post, direction=direction)
    opposite = paired_change(post, pre, direction=direction)

    assert found.n_paired <= min(found.n_pre, found.n_post)
    assert found.improved + found.same + found.worse == found.n_paired
    assert (found.improved, found.worse) == (opposite.worse, opposite.improved)
    assert found.movers == -opposite.movers
    assert found.response_rate is None or 0 <= found.response_rate <= 1


REPORTS = st.lists(
    st.builds(
        report, st.sampled_from(Timepoint), st.sampled_from(OutcomeSource), st.integers(0, 3),
        st.integers(1, 2),
    ),
    unique_by=lambda one: (one.measure_id, one.timepoint, one.source),
)  # fmt: skip


@given(reports=REPORTS, case=st.booleans(), partner=st.booleans())
def test_whatever_was_reported_no_lone_self_report_has_a_value(
    *, reports: list[Report], case: bool, partner: bool
) -> None:
    found = shown(reports, side=Side.PERPETRATOR, sees_case=case, sees_partner=partner)
    beside = {
        (one.measure_id, one.timepoint) for one in found if one.source in (S.PARTNER, S.AGENCY)
    }

    for one in found:
        lone = one.source is S.SELF and (one.measure_id, one.timepoint) not in beside
        assert (one.value is None, one.withheld) == (lone, lone)
    assert partner or all(one.source is not S.PARTNER for one in found)
