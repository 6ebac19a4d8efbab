"""D13: how long a person's records are kept."""

from datetime import date

import pytest

from programmes.domain.retention import Case, DueCase, RecordClass, programme_cases, years_after

ADDED, CLOSED = date(2017, 3, 1), date(2019, 3, 14)


@pytest.mark.parametrize(
    ("case", "due_on"),
    [
        (Case(ADDED, CLOSED, is_open=False), date(2026, 3, 14)),
        (Case(ADDED, None, is_open=False), date(2024, 3, 1)),
        (Case(ADDED, CLOSED, is_open=True), None),
        (Case(ADDED, None, is_open=True), None),
        (Case(date(2026, 1, 5), date(2015, 6, 30), is_open=False), date(2022, 6, 30)),
    ],
    ids=["closed", "never referred", "open again", "open", "imported history"],
)
def test_d13_seven_years_after_the_last_closure(case: Case, due_on: date | None) -> None:
    assert case.due_on(years=7) == due_on


def test_the_years_are_a_setting() -> None:
    assert Case(ADDED, CLOSED, is_open=False).due_on(years=10) == date(2029, 3, 14)


@pytest.mark.parametrize(
    ("day", "years", "later"),
    [
        (date(2024, 2, 29), 7, date(2031, 2, 28)),
        (date(2024, 2, 29), 8, date(2032, 2, 29)),
        (date(2023, 2, 28), 1, date(2024, 2, 28)),
    ],
)
def test_a_leap_day_ends_with_its_month(day: date, years: int, later: date) -> None:
    assert years_after(day, years) == later


def test_the_dry_run_counts_who_is_due_and_who_is_held() -> None:
    found = [
        DueCase(date(2026, 3, 14), on_hold=False),
        DueCase(date(2025, 1, 2), on_hold=True),
        DueCase(date(2025, 8, 9), on_hold=False),
    ]

    assert programme_cases(found, years=7) == RecordClass(
        "Programme cases", "7 years after they close", due=2, on_hold=1, oldest_on=date(2025, 8, 9)
    )


def test_nobody_due_has_no_oldest() -> None:
    assert programme_cases([], years=7).oldest_on is None
