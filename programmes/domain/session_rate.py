"""One person's sessions week by week (HMPPS "session rate", C12)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from programmes.domain.completion import Meeting, is_expected
from programmes.domain.weeks import every_week, monday


@dataclass(frozen=True, slots=True)
class WeekOfSessions:
    """What one week held for somebody; a catch-up that they came to is scheduled for nobody."""

    begins_on: date
    scheduled: int
    attended: int
    not_attended: int
    unmarked: int
    caught_up: int


def weekly(sessions: Sequence[tuple[date, Meeting]]) -> tuple[WeekOfSessions, ...]:
    """Answer each week from the first session to the last, those without any as noughts.

    Scheduled are the sessions that count in attendance (C5).
    """
    weeks: dict[date, list[Meeting]] = {
        week: [] for week in every_week([day for day, _ in sessions])
    }
    for day, meeting in sessions:
        weeks[monday(day)].append(meeting)
    return tuple(_week(begins_on, meetings) for begins_on, meetings in weeks.items())


def _week(begins_on: date, meetings: Sequence[Meeting]) -> WeekOfSessions:
    expected = [meeting.mark for meeting in meetings if is_expected(meeting)]
    marks = [mark for mark in expected if mark]
    attended = sum(mark.attended for mark in marks)
    return WeekOfSessions(
        begins_on=begins_on,
        scheduled=len(expected),
        attended=attended,
        not_attended=len(marks) - attended,
        unmarked=len(expected) - len(marks),
        caught_up=sum(
            meeting.catch_up and meeting.mark is not None and meeting.mark.attended
            for meeting in meetings
        ),
    )
