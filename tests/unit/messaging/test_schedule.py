"""When a reminder is due: wall clock for days, real clock for hours (messaging.md 6, rule 7)."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import instant_of, london
from messaging.domain.schedule import Offset, Times, send_at, times_of, useful_until
from messaging.domain.terms import RuleKind
from tests.factories_messaging import due

AUTUMN = date(2026, 10, 25)
SPRING = date(2027, 3, 28)


@pytest.mark.parametrize("change", [AUTUMN, SPRING])
def test_a_day_before_keeps_the_wall_clock_across_the_change(change: date) -> None:
    starts_at = instant_of(change + timedelta(days=1), "10:00")

    due = london(send_at(starts_at, Offset(days_before=2, at="10:00")))

    assert (due.date(), f"{due:%H:%M}") == (change - timedelta(days=1), "10:00")


@pytest.mark.parametrize(("change", "shown"), [(AUTUMN, "11:00"), (SPRING, "09:00")])
def test_hours_before_are_real_hours_across_the_change(change: date, shown: str) -> None:
    starts_at = instant_of(change, "10:00")

    due = send_at(starts_at, Offset(hours_before=24))

    assert starts_at - due == timedelta(hours=24)
    assert f"{london(due):%H:%M}" == shown


def test_a_day_before_text_is_of_use_until_two_hours_before_the_start() -> None:
    """G10."""
    starts_at = instant_of(date(2026, 6, 12), "18:30")

    until = useful_until(starts_at, send_at(starts_at, Offset(days_before=1, at="10:00")))

    assert until == starts_at - timedelta(hours=2)


def test_a_text_two_hours_before_is_of_use_for_one_hour() -> None:
    starts_at = instant_of(date(2026, 6, 12), "18:30")

    until = useful_until(starts_at, send_at(starts_at, Offset(hours_before=2)))

    assert until == starts_at - timedelta(hours=1)


STARTS = st.integers(0, 3 * 365 * 24 * 60).map(
    lambda passed: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=passed)
)
OFFSETS = st.one_of(
    st.builds(
        Offset,
        days_before=st.integers(1, 9),
        at=st.times().map(lambda clock_time: f"{clock_time:%H:%M}"),
    ),
    st.builds(Offset, hours_before=st.integers(1, 200)),
)


@given(STARTS, OFFSETS)
def test_a_text_is_always_due_before_it_is_useless_and_that_before_the_start(
    starts_at: datetime, offset: Offset
) -> None:
    due = send_at(starts_at, offset)

    assert due < useful_until(starts_at, due) < starts_at


@given(STARTS, st.integers(1, 9), st.times())
def test_days_before_fall_on_the_asked_day_and_time(
    starts_at: datetime, days: int, wall: time
) -> None:
    day = london(starts_at).date() - timedelta(days=days)

    due = send_at(starts_at, Offset(days_before=days, at=f"{wall:%H:%M}"))

    assert due == instant_of(day, f"{wall:%H:%M}")


DAY_BEFORE = Offset(days_before=1, at="10:00")
REVISED = instant_of(date(2026, 6, 11), "12:00")


@pytest.mark.parametrize(
    ("kind", "changes", "is_told"),
    [
        (RuleKind.CHANGE, {}, True),
        (RuleKind.CHANGE, {"is_scheduled": False}, False),
        (RuleKind.CHANGE, {"revised_at": None}, False),
        (RuleKind.CHANGE, {"member_since": REVISED + timedelta(minutes=1)}, False),
        (RuleKind.CHANGE, {"member_since": REVISED}, True),
        (RuleKind.CANCELLATION, {"is_scheduled": False}, True),
        (RuleKind.CANCELLATION, {}, False),
        (RuleKind.CANCELLATION, {"is_scheduled": False, "starts_at": REVISED}, False),
        (RuleKind.SESSION_REMINDER, {"is_scheduled": False}, False),
    ],
)
def test_m13_a_change_is_told_to_whoever_had_their_place_when_it_was_made(
    *, kind: RuleKind, changes: dict[str, Any], is_told: bool
) -> None:
    about = due(**{"revised_at": REVISED, **changes})

    times = times_of(kind, DAY_BEFORE, about)

    assert (times is not None) is is_told
    assert times is None or times == Times(REVISED, about.starts_at)


@pytest.mark.parametrize("kind", [RuleKind.SESSION_REMINDER, RuleKind.TRAINING_EXPIRY])
def test_g10_a_reminder_has_the_time_of_its_rule(kind: RuleKind) -> None:
    about = due()

    assert times_of(kind, DAY_BEFORE, about) == Times(
        instant_of(date(2026, 6, 11), "10:00"), about.starts_at - timedelta(hours=2)
    )
