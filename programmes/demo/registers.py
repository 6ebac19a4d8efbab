"""The demonstration's sessions and the marks on their registers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from core import clock, invented
from core.scope import Side
from programmes.bank_holidays import is_bank_holiday
from programmes.demo.scene import NATION, Curriculum, Meeting, Scene
from programmes.demo.stories import Told
from programmes.domain.terms import AbsenceReason, AttendanceOutcome, SessionStatus
from programmes.tables import Attendance, Session

_MINUTES = {AttendanceOutcome.LATE: 105, AttendanceOutcome.LEFT_EARLY: 95}
_REASONS = (
    (AbsenceReason.MEDICAL, 5),
    (AbsenceReason.FAMILY_CHILDCARE, 4),
    (AbsenceReason.EMPLOYMENT, 3),
    (AbsenceReason.HOLIDAY, 1),
    (AbsenceReason.OTHER, 1),
)
_ABSENT = frozenset({AttendanceOutcome.ABSENT_NOTIFIED, AttendanceOutcome.ABSENT_NOT_NOTIFIED})
_CATCH_UP_AFTER_DAYS = 2
_SATURDAY = 5
_ENGAGED = 0.93
_NOT_HELD = "A facilitator was unwell"


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a group, the sessions they were expected at, and how those went."""

    participant_id: UUID
    enrolment_id: UUID
    joined_on: date
    met: tuple[Meeting, ...]
    told: Told

    def last_day(self) -> date:
        """Answer the day of the last session or catch-up."""
        caught_up = [catch_up_day(self.met[index]) for index in self.told.caught_up]
        return max([self.joined_on, *(meeting.day for meeting in self.met), *caught_up])


def catch_up_day(missed: Meeting) -> date:
    """Answer the day on which a missed session is caught up: a working day soon after."""
    day = missed.day + timedelta(days=_CATCH_UP_AFTER_DAYS)
    while day.weekday() >= _SATURDAY or is_bank_holiday(day, NATION):
        day += timedelta(days=1)
    return day


@dataclass(frozen=True, slots=True)
class Book:
    """The registers of one group, and who keeps them."""

    scene: Scene
    curriculum: Curriculum
    cohort_id: UUID
    facilitator_id: UUID

    def entry(self, meeting: Meeting) -> dict[str, Any]:
        """Answer the columns that say whether the session was held and its register saved."""
        held = meeting.day < self.scene.today and not meeting.cancelled
        status = SessionStatus.HELD if held else SessionStatus.SCHEDULED
        return {
            "cohort": self.cohort_id,
            "unit": self.curriculum.unit_ids[meeting.unit_number - 1],
            "starts_at": meeting.starts_at,
            "minutes": self.curriculum.unit_minutes,
            "status": (SessionStatus.CANCELLED if meeting.cancelled else status).value,
            "cancelled_reason": _NOT_HELD if meeting.cancelled else "",
            "revision": meeting.revision,
            "register_version": 1 if held else 0,
            "register_saved_at": self.saved_at(meeting) if held else None,
            "register_saved_by": self.facilitator_id if held else None,
        }

    def saved_at(self, meeting: Meeting) -> datetime:
        """Answer when the register was saved: soon after the end."""
        return meeting.starts_at + timedelta(minutes=self.curriculum.unit_minutes + 10)


def add_sessions(book: Book, meetings: Sequence[Meeting]) -> None:
    """Add a group's sessions; those before today were held and their registers saved."""
    for meeting in sorted(meetings, key=lambda meeting: meeting.starts_at):
        book.scene.rows.add(Session, id=meeting.id, **book.entry(meeting))


def add_catch_up(
    book: Book, *, enrolment_id: UUID, unit_number: int, starts_at: datetime
) -> Meeting:
    """Add one person's own session for a unit that they missed."""
    meeting = Meeting(book.scene.ids.new(), unit_number, starts_at)
    book.scene.rows.add(
        Session, id=meeting.id, enrolment=enrolment_id, is_catch_up=True, **book.entry(meeting)
    )
    return meeting


def add_marks(book: Book, member: Member) -> None:
    """Add the marks of one person, with the sessions at which they caught up."""
    for meeting, outcome in zip(member.met, member.told.outcomes, strict=True):
        _add_mark(book, member, meeting, outcome)
    for index in member.told.caught_up:
        missed = member.met[index]
        caught_up = add_catch_up(
            book,
            enrolment_id=member.enrolment_id,
            unit_number=missed.unit_number,
            starts_at=clock.instant_of(catch_up_day(missed), "14:00"),
        )
        _add_mark(book, member, caught_up, AttendanceOutcome.ATTENDED)


def _add_mark(book: Book, member: Member, meeting: Meeting, outcome: AttendanceOutcome) -> None:
    chance = book.scene.chance
    perpetrator = book.curriculum.team.side is Side.PERPETRATOR
    absent = outcome in _ABSENT
    told_us = outcome is AttendanceOutcome.ABSENT_NOTIFIED
    book.scene.rows.add(
        Attendance,
        id=book.scene.ids.new(),
        session=meeting.id,
        enrolment=member.enrolment_id,
        outcome=outcome.value,
        minutes_attended=_MINUTES.get(outcome),
        absence_reason=invented.weighted(chance, _REASONS).value if told_us else None,
        acceptable=told_us if perpetrator and absent else None,
        engaged=chance.random() < _ENGAGED if perpetrator and not absent else None,
        note="",
        recorded_by=book.facilitator_id,
        recorded_at=book.saved_at(meeting),
    )
