"""Bank holidays of each nation, from bundled data alone (C6)."""

from datetime import date, timedelta

import pytest

from core.clock import LONDON, SystemClock
from programmes.bank_holidays import is_bank_holiday, last_known, title_of
from programmes.domain.terms import Nation

ENGLAND, SCOTLAND, IRELAND = (
    Nation.ENGLAND_AND_WALES, Nation.SCOTLAND, Nation.NORTHERN_IRELAND,
)  # fmt: skip
NOTICE = timedelta(days=90)


def days_of(year: int, nation: Nation) -> list[str]:
    days = [date(year, 1, 1) + timedelta(days=number) for number in range(365)]
    return [f"{day:%-d %b}" for day in days if is_bank_holiday(day, nation)]


def test_england_and_wales_keep_the_days_of_2026() -> None:
    assert days_of(2026, ENGLAND) == [
        "1 Jan", "3 Apr", "6 Apr", "4 May", "25 May", "31 Aug", "25 Dec", "28 Dec",
    ]  # fmt: skip


def test_england_and_wales_keep_the_days_of_2027() -> None:
    assert days_of(2027, ENGLAND) == [
        "1 Jan", "26 Mar", "29 Mar", "3 May", "31 May", "30 Aug", "27 Dec", "28 Dec",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("day", "scotland"),
    [
        (date(2026, 1, 2), True),
        (date(2026, 11, 30), True),
        (date(2026, 8, 3), True),
        (date(2026, 4, 6), False),
        (date(2026, 8, 31), False),
    ],
)
def test_scotland_keeps_other_days_than_england(
    *,
    day: date,
    scotland: bool,
) -> None:
    assert is_bank_holiday(day, SCOTLAND) is scotland
    assert is_bank_holiday(day, ENGLAND) is not scotland


def test_northern_ireland_keeps_the_twelfth_of_july() -> None:
    assert is_bank_holiday(date(2026, 7, 13), IRELAND)
    assert not is_bank_holiday(date(2026, 7, 13), ENGLAND)


def test_a_bank_holiday_has_its_name_and_another_day_none() -> None:
    assert title_of(date(2026, 12, 28), ENGLAND) == "Boxing Day"
    assert title_of(date(2026, 11, 30), SCOTLAND) == "St Andrew\u2019s Day"
    assert title_of(date(2026, 12, 29), ENGLAND) is None


@pytest.mark.parametrize("nation", Nation)
def test_the_data_lasts_another_ninety_days(nation: Nation) -> None:
    today = SystemClock().now().astimezone(LONDON).date()

    assert today + NOTICE <= last_known(nation), "raise govuk-bank-holidays to its newest version"
