"""When somebody is told of training that lapses, and what a digest counts (C8)."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from training.domain.chasing import (
    Stage,
    ToChase,
    expiry_period,
    in_all,
    is_digest_due,
    is_due,
    is_news,
    stage_on,
    week_of,
)
from training.domain.compliance import Standing
from training.domain.holdings import Held
from training.domain.terms import ComplianceStatus as S

LAST_ON = date(2027, 2, 28)
"""C8: completed on 29 February 2024, valid for 36 months."""
DAY = date(2026, 6, 10)


@pytest.mark.parametrize(
    ("day", "stage"),
    [
        (date(2026, 11, 29), None),
        (date(2026, 11, 30), Stage.WITHIN_90),
        (date(2027, 1, 28), Stage.WITHIN_90),
        (date(2027, 1, 29), Stage.WITHIN_30),
        (date(2027, 2, 28), Stage.WITHIN_30),
        (date(2027, 3, 1), Stage.LAPSED),
        (date(2028, 3, 1), Stage.LAPSED),
    ],
)
def test_somebody_is_told_90_and_30_days_before_and_on_the_day_after_it_lapsed(
    day: date, stage: Stage | None
) -> None:
    assert stage_on(day, LAST_ON) is stage


def test_what_lapsed_more_than_a_week_ago_is_no_news() -> None:
    assert is_news(date(2027, 3, 7), LAST_ON)
    assert not is_news(date(2027, 3, 8), LAST_ON)


def test_a_notice_is_of_one_records_last_day_at_one_stage() -> None:
    record = UUID(int=7)
    periods = {
        expiry_period(record, LAST_ON, stage) for stage in (Stage.WITHIN_90, Stage.WITHIN_30)
    } | {expiry_period(record, DAY, Stage.WITHIN_90), expiry_period(UUID(int=8), LAST_ON, Stage.WITHIN_90)}  # fmt: skip  # noqa: E501

    assert len(periods) == 4
    assert max(len(period) for period in periods) <= 60


def test_a_week_is_the_iso_week() -> None:
    assert week_of(date(2026, 11, 22)) == "2026-W47"
    assert week_of(date(2027, 1, 3)) == "2026-W53"
    assert week_of(date(2027, 1, 4)) == "2027-W01"


MONDAY = [
    (datetime(2026, 6, 8, 5, 59, tzinfo=UTC), False),
    (datetime(2026, 6, 8, 6, 0, tzinfo=UTC), True),
    (datetime(2026, 1, 5, 6, 59, tzinfo=UTC), False),
    (datetime(2026, 1, 5, 7, 0, tzinfo=UTC), True),
]


@pytest.mark.parametrize(("now", "due"), MONDAY)
def test_planning_begins_at_seven_in_london_in_summer_and_winter(
    now: datetime, *, due: bool
) -> None:
    assert (is_due(None, now), is_digest_due(None, now)) == (due, due)


def test_a_day_is_planned_once_and_a_week_is_made_up_for_on_a_later_day() -> None:
    wednesday = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)
    this_morning = datetime(2026, 6, 10, 6, 0, tzinfo=UTC)
    yesterday = datetime(2026, 6, 9, 6, 0, tzinfo=UTC)
    last_week = datetime(2026, 6, 7, 6, 0, tzinfo=UTC)

    assert (is_due(this_morning, wednesday), is_digest_due(this_morning, wednesday)) == (0, 0)
    assert (is_due(yesterday, wednesday), is_digest_due(yesterday, wednesday)) == (1, 0)
    assert (is_due(last_week, wednesday), is_digest_due(last_week, wednesday)) == (1, 1)


def standing(status: S, last_on: date | None = None) -> Standing:
    held = Held(UUID(int=1), date(2023, 6, 1), last_on) if last_on else None
    return Standing(status, DAY, held)


def test_a_digest_counts_the_lapsed_the_late_and_what_runs_out_by_window() -> None:
    counted = in_all(
        ToChase.of(one, DAY)
        for one in (
            standing(S.EXPIRED, date(2026, 6, 9)),
            standing(S.OVERDUE_NEVER),
            standing(S.EXPIRING_SOON, date(2026, 7, 10)),
            standing(S.EXPIRING_SOON, date(2026, 7, 11)),
            standing(S.EXPIRING_SOON, date(2026, 8, 10)),
            standing(S.COMPLIANT, date(2027, 6, 9)),
            standing(S.IN_GRACE),
            standing(S.EXEMPT),
            standing(S.NOT_REQUIRED),
        )
    )

    assert counted == ToChase(expired=1, overdue=1, within_30=1, within_60=2, within_90=3)
    assert (counted.all, in_all([]).all) == (5, 0)
