"""Which missed session a catch-up makes up for (2.3)."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from programmes.domain.attendance import Mark
from programmes.domain.catch_ups import Occasion, day_fault, missed_session
from programmes.domain.terms import AttendanceOutcome as Outcome

FIRST = datetime(2026, 5, 6, 18, 30, tzinfo=UTC)
NOW = FIRST + timedelta(weeks=10)


def occasion(weeks: int, mark: Mark | None = None) -> Occasion:
    return Occasion(UUID(int=weeks + 1), FIRST + timedelta(weeks=weeks), 120, mark)


def test_the_latest_session_that_did_not_credit_the_unit_is_made_up_for() -> None:
    earlier = occasion(0, Mark(Outcome.ABSENT_NOTIFIED))
    later = occasion(3, Mark(Outcome.LEFT_EARLY, minutes_attended=30))

    assert missed_session([later, earlier], before=NOW) == later.session_id


def test_a_session_without_a_mark_or_cancelled_can_be_made_up_for() -> None:
    assert missed_session([occasion(0)], before=NOW) == occasion(0).session_id


def test_what_was_credited_or_is_still_to_come_was_not_missed() -> None:
    credited = occasion(0, Mark(Outcome.ATTENDED))

    assert missed_session([credited], before=NOW) is None
    assert missed_session([occasion(12)], before=NOW) is None
    assert missed_session([], before=NOW) is None


@pytest.mark.parametrize(
    ("on", "ended_on", "refused"),
    [
        (date(2026, 5, 5), None, True),
        (date(2026, 5, 6), None, False),
        (date(2030, 1, 1), None, False),
        (date(2026, 6, 10), date(2026, 6, 10), False),
        (date(2026, 6, 11), date(2026, 6, 10), True),
    ],
    ids=["before joining", "the first day", "long after the group", "the last day", "after it"],
)
def test_it_lies_inside_the_time_in_the_group_and_not_after_leaving(
    *, on: date, ended_on: date | None, refused: bool
) -> None:
    assert bool(day_fault(on, joined_on=date(2026, 5, 6), ended_on=ended_on)) is refused
