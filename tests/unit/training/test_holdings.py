"""What somebody holds of a requirement: courses that cover it, or hours in a window (C8)."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.domain.holdings import Completion, Held, held_on
from training.domain.requirements import Covering, Due, Filter, Rule
from training.domain.terms import Basis
from training.domain.validity import add_months

DAY = date(2026, 6, 10)
LEVEL_1, LEVEL_2 = UUID(int=1), UUID(int=2)


def rule(*courses: Covering, hours: str = "", window_months: int | None = None) -> Rule:
    return Rule(
        filter=Filter(),
        courses=courses,
        due=Due(within_days=0),
        effective_from=date(2015, 1, 1),
        basis=Basis.HOURS if hours else Basis.COURSE,
        hours=Decimal(hours) if hours else None,
        window_months=window_months,
    )


def held(asked: Rule, *, day: date = DAY, **completions: Sequence[Completion]) -> Held | None:
    ids = {"one": LEVEL_1, "two": LEVEL_2}
    return held_on(day, asked, {ids[name]: found for name, found in completions.items()})


def test_of_two_courses_that_cover_it_the_one_that_lasts_longer_counts() -> None:
    asked = rule(Covering(LEVEL_1, 36), Covering(LEVEL_2, 12))
    old, new = Completion(date(2024, 6, 1)), Completion(date(2026, 1, 1))

    assert held(asked, one=[old], two=[new]) == Held(LEVEL_1, old.completed_on, date(2027, 6, 1))


def test_a_course_that_never_expires_lasts_longest() -> None:
    asked = rule(Covering(LEVEL_1, 36), Covering(LEVEL_2))
    found = held(asked, one=[Completion(DAY)], two=[Completion(date(2001, 1, 1))])

    assert found == Held(LEVEL_2, date(2001, 1, 1), None)
    assert found.is_valid_on(date(2100, 1, 1))


@pytest.mark.parametrize(("months", "last"), [(36, date(2026, 6, 30)), (None, date(2026, 6, 30))])
def test_a_retired_course_counts_to_the_day_before(months: int | None, last: date) -> None:
    found = held(
        rule(Covering(LEVEL_1, months, retired_on=date(2026, 7, 1))), one=[Completion(DAY)]
    )

    assert found
    assert found.last_on == last
    assert not found.is_valid_on(date(2026, 7, 1))


def test_what_is_completed_later_is_not_held_yet() -> None:
    assert held(rule(Covering(LEVEL_1, 36)), one=[Completion(DAY + timedelta(days=1))]) is None


@pytest.mark.parametrize(
    ("hours", "days", "enough"),
    [
        ("8", [date(2023, 6, 11), date(2025, 1, 1)], True),
        ("8", [date(2023, 6, 10), date(2025, 1, 1)], False),
        ("8.5", [date(2023, 6, 11), date(2025, 1, 1)], False),
    ],
)
def test_ncl_hours_over_a_rolling_three_years(
    hours: str, days: list[date], *, enough: bool
) -> None:
    """Adult level 3: 8 hours; a completion of the day three years before is out."""
    done = [Completion(day, Decimal(4)) for day in days]

    found = held(rule(Covering(LEVEL_1), hours=hours, window_months=36), one=done)

    assert found
    assert found.is_valid_on(DAY) is enough


def test_hours_last_until_what_they_rest_on_leaves_the_window() -> None:
    done = [Completion(date(2025, 1, 1), Decimal(3)), Completion(date(2024, 3, 1), Decimal(2))]

    found = held(rule(Covering(LEVEL_1), hours="4", window_months=36), one=done)

    assert found == Held(LEVEL_1, date(2025, 1, 1), date(2027, 2, 28), hours=Decimal(5))


def test_nobody_without_completions_holds_hours() -> None:
    assert held(rule(Covering(LEVEL_1), hours="4", window_months=36)) is None


@given(
    st.lists(st.tuples(st.integers(0, 1500), st.integers(1, 4)), min_size=1, max_size=6),
    st.integers(0, 1200),
    st.integers(1, 10),
)
def test_c8_hours_are_those_in_the_window_on_every_day(
    done: list[tuple[int, int]], ahead: int, hours: int
) -> None:
    """Held against the definition: the sum of hours in (d - 12 months, d]."""
    completions = [Completion(DAY - timedelta(days=ago), Decimal(h)) for ago, h in done]
    found = held(rule(Covering(LEVEL_1), hours=str(hours), window_months=12), one=completions)
    day = DAY + timedelta(days=ahead)

    counted = sum(
        (one.hours for one in completions if one.completed_on > add_months(day, -12)), Decimal(0)
    )

    assert found
    assert found.is_valid_on(day) is (counted >= hours)
