"""What programmes cost: the worked figures of C7 and of S1, S5, S19, S27 and S29."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from programmes.domain.funding import (
    Claim,
    Contribution,
    FundingStatus,
    Paid,
    StatedFor,
    cost,
    ends_soon,
    per,
    summed,
    whole_pence,
    years,
)

YEAR = (date(2013, 4, 1), date(2014, 3, 31))
PRINCIPLE = FundingStatus.IN_PRINCIPLE


def yearly(pounds: int, *, to_on: date | None = YEAR[1], **how: FundingStatus) -> Contribution:
    return Contribution(pounds * 100, Paid.PER_YEAR, YEAR[0], to_on, **how)


def test_s1_costs_by_the_hour_the_programme_and_the_session() -> None:
    pence = cost([yearly(7_000)], *YEAR)

    assert [per(pence, count) for count in (72, 3, 36)] == [9_722, 233_333, 19_444]


def test_s27_shows_the_stated_total_beside_the_sum_of_its_lines() -> None:
    lines = [yearly(pounds) for pounds in (941_511, 16_000, 50_000, 133_800, 287_077)]

    added = summed(lines, StatedFor.ONE_YEAR)

    assert added == 142_838_800
    assert 142_838_300 - added == -500


def test_s27_shows_two_figures_for_the_same_line() -> None:
    assert 93_462_700 - (summed([yearly(941_511)], StatedFor.ONE_YEAR) or 0) == -688_400


def test_s5_shows_two_totals_of_the_same_services() -> None:
    council, home_office = yearly(245_573), yearly(70_000)

    assert summed([council, home_office], StatedFor.ONE_YEAR) == 31_557_300
    assert 26_416_400 - (summed([council], StatedFor.ONE_YEAR) or 0) == 1_859_100


def test_s29_adds_six_partners_for_a_year_and_for_five() -> None:
    partners = [yearly(6_000, to_on=date(2018, 3, 31), status=PRINCIPLE) for _ in range(6)]

    assert summed(partners, StatedFor.ONE_YEAR) == 3_600_000
    assert summed(partners, StatedFor.WHOLE_TIME) == 18_000_000
    assert cost(partners, *YEAR) == 0


def test_s19_is_at_most_what_its_counts_make() -> None:
    claim = Claim(116, 490, is_floor=True, percent=Decimal("25.0"))

    assert (claim.recomputed, claim.difference) == ("23.7", Decimal("1.3"))
    assert Claim(116, 490).difference is None


def test_the_whole_time_of_a_line_without_an_end_is_not_known() -> None:
    assert summed([yearly(7_000), yearly(1, to_on=None)], StatedFor.WHOLE_TIME) is None


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2013, 4, 1), date(2014, 3, 31), Fraction(1)),
        (date(2013, 4, 1), date(2013, 3, 31), Fraction(0)),
        (date(2013, 4, 1), date(2013, 4, 1), Fraction(1, 365)),
        (date(2023, 4, 1), date(2023, 9, 30), Fraction(183, 366)),
        (date(2023, 4, 1), date(2025, 6, 30), 2 + Fraction(91, 365)),
        (date(2024, 2, 29), date(2025, 2, 27), Fraction(1)),
    ],
)  # fmt: skip
def test_years_are_whole_ones_and_days_of_the_one_that_begins(
    first: date, last: date, expected: Fraction
) -> None:
    assert years(first, last) == expected


def test_only_what_falls_into_the_period_costs() -> None:
    endless = yearly(36_500, to_on=None)
    once = Contribution(100_000, Paid.ONCE, date(2013, 5, 1), None)

    assert cost([endless, once], date(2013, 4, 1), date(2013, 4, 30)) == 30 * 10_000
    assert cost([endless, once], date(2013, 5, 1), date(2013, 5, 31)) == 31 * 10_000 + 100_000
    assert cost([yearly(36_500)], date(2014, 3, 31), date(2015, 3, 31)) == 10_000
    assert summed([once], StatedFor.WHOLE_TIME) == 100_000


def test_nothing_is_divided_by_none_and_half_a_penny_is_rounded_up() -> None:
    assert per(Fraction(700_000), 0) is None
    assert whole_pence(Fraction(3, 2)) == 2


def test_what_ends_within_six_months_ends_soon() -> None:
    today = date(2013, 9, 30)

    assert ends_soon(date(2014, 3, 30), today=today)
    assert ends_soon(today, today=today)
    assert not ends_soon(date(2014, 3, 31), today=today)
    assert not ends_soon(date(2013, 9, 29), today=today)
    assert not ends_soon(None, today=today)
