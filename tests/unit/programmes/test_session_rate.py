"""The session rate: a row for each week, whether or not anything was held (C12)."""

from datetime import date

from programmes.domain.attendance import Mark
from programmes.domain.completion import Meeting
from programmes.domain.session_rate import WeekOfSessions, weekly
from programmes.domain.terms import AttendanceOutcome as Outcome

CAME = Mark(Outcome.ATTENDED)
ABSENT = Mark(Outcome.ABSENT_NOT_NOTIFIED)


def test_weeks_without_a_session_are_rows_of_noughts() -> None:
    found = weekly(
        [
            (date(2026, 5, 20), Meeting(1, past=True, mark=CAME)),
            (date(2026, 5, 22), Meeting(2, past=True, mark=ABSENT)),
            (date(2026, 6, 3), Meeting(3, past=True)),
        ]
    )

    assert found == (
        WeekOfSessions(date(2026, 5, 18), 2, 1, 1, 0, 0),
        WeekOfSessions(date(2026, 5, 25), 0, 0, 0, 0, 0),
        WeekOfSessions(date(2026, 6, 1), 1, 0, 0, 1, 0),
    )


def test_catch_ups_pauses_and_marks_that_do_not_count_are_scheduled_for_nobody() -> None:
    day = date(2026, 6, 3)
    found = weekly(
        [
            (day, Meeting(1, past=True, catch_up=True, mark=CAME)),
            (day, Meeting(2, past=True, catch_up=True, mark=ABSENT)),
            (day, Meeting(3, past=True, pause=True)),
            (day, Meeting(4, past=True, mark=Mark(Outcome.NOT_REQUIRED))),
        ]
    )

    assert found == (WeekOfSessions(date(2026, 6, 1), 0, 0, 0, 0, 1),)


def test_somebody_without_a_session_has_no_weeks() -> None:
    assert weekly([]) == ()
