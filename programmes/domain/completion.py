"""Progress of one person (C5) and what completing means (C4)."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from programmes.domain.attendance import Mark
from programmes.domain.terms import AttendanceOutcome

END_REVIEW = "End review recorded"
REPORT_SENT = "Report sent to the referrer"


@dataclass(frozen=True, slots=True)
class CurriculumUnit:
    """A unit of the curriculum."""

    number: int
    minutes: int
    mandatory: bool = False


@dataclass(frozen=True, slots=True)
class CompletionRule:
    """When a programme counts as completed; exactly one of the two thresholds is set (C4)."""

    min_units: int | None = None
    min_percent: int | None = None
    min_hours: int | None = None
    needs_end_review: bool = False
    needs_report_sent: bool = False

    def units_required(self, unit_count: int) -> int:
        """Answer the units needed; a percentage is rounded up."""
        if self.min_units is not None:
            return self.min_units
        return math.ceil(Fraction((self.min_percent or 100) * unit_count, 100))


@dataclass(frozen=True, slots=True)
class Meeting:
    """One session as one person meets it.

    ``past`` is whether it has begun; a catch-up is that person's own and never expected. One of a
    ``pause``, or of an ``earlier`` place that this one continues, is not expected either: what was
    attended there is credited all the same.
    """

    unit_number: int
    past: bool
    cancelled: bool = False
    catch_up: bool = False
    mark: Mark | None = None
    pause: bool = False
    earlier: bool = False


class Standing(StrEnum):
    """Whether somebody has completed, still can (with catch-ups or without), or cannot."""

    COMPLETE = "complete"
    CAN_COMPLETE = "can_complete"
    NEEDS_CATCH_UP = "needs_catch_up"
    CANNOT_COMPLETE = "cannot_complete"


@dataclass(frozen=True, slots=True)
class Progress:
    """Where one person stands, every figure with what it counts (C5).

    ``sessions_attended`` are all that the person came to, expected there or not.
    """

    expected: int
    marked: int
    attended: int
    compliant: int
    units_credited: tuple[int, ...]
    units_by_catch_up: tuple[int, ...]
    units_missed: tuple[int, ...]
    units_required: int
    minutes: int
    template_minutes: int
    standing: Standing
    missing: tuple[str, ...]
    complete_without_catch_up: bool
    sessions_attended: int

    @property
    def units_made_up(self) -> int:
        """Answer how many of the missed units a catch-up credited: the yield of catch-ups."""
        return len(set(self.units_by_catch_up) & set(self.units_missed))

    @property
    def unmarked(self) -> int:
        """Answer how many expected sessions carry no mark."""
        return self.expected - self.marked

    @property
    def attendance_rate(self) -> Fraction | None:
        """Answer attended over expected sessions that carry a mark; ``None`` before any."""
        return Fraction(self.attended, self.marked) if self.marked else None

    @property
    def compliance_rate(self) -> Fraction | None:
        """Answer compliant over marked; ``None`` before any."""
        return Fraction(self.compliant, self.marked) if self.marked else None

    @property
    def dosage_hours(self) -> Fraction:
        """Answer the hours of credited units."""
        return Fraction(self.minutes, 60)

    @property
    def dosage_rate(self) -> Fraction | None:
        """Answer the credited share of the template's hours."""
        return Fraction(self.minutes, self.template_minutes) if self.template_minutes else None


def progress(
    meetings: Sequence[Meeting],
    *,
    units: Sequence[CurriculumUnit],
    rule: CompletionRule,
    recorded: frozenset[str] = frozenset(),
    closed: bool = False,
) -> Progress:
    """Answer where one person stands, from the meetings inside their enrolment window.

    ``recorded`` names the gates written down by hand (``END_REVIEW``, ``REPORT_SENT``);
    ``closed`` is whether the enrolment has ended, after which nothing more can be credited.

    Source: domain.md C4 and C5.
    """
    counted = [meeting for meeting in meetings if is_expected(meeting)]
    marks = [meeting.mark for meeting in counted if meeting.mark]
    minutes = _credited_minutes(meetings, units)
    in_group = _credited_minutes([m for m in meetings if not m.catch_up], units)
    unrecorded = _unrecorded(rule, recorded)
    missing = _missing(minutes, units, rule) + unrecorded
    return Progress(
        expected=len(counted),
        marked=len(marks),
        attended=sum(mark.attended for mark in marks),
        compliant=sum(mark.compliant for mark in marks),
        units_credited=tuple(sorted(minutes)),
        units_by_catch_up=tuple(sorted(minutes.keys() - in_group.keys())),
        units_missed=tuple(sorted({m.unit_number for m in counted if m.mark} - in_group.keys())),
        units_required=rule.units_required(len(units)),
        minutes=sum(minutes.values()),
        template_minutes=sum(unit.minutes for unit in units),
        standing=_standing(missing, minutes, meetings, units, rule, closed=closed),
        missing=missing,
        complete_without_catch_up=not _missing(in_group, units, rule) + unrecorded,
        sessions_attended=sum(_was_attended(meeting) for meeting in meetings),
    )


def _was_attended(meeting: Meeting) -> bool:
    return not meeting.cancelled and meeting.mark is not None and meeting.mark.attended


def is_expected(meeting: Meeting) -> bool:
    """Tell whether a meeting is in the denominator of attendance."""
    apart = meeting.catch_up or meeting.pause or meeting.earlier
    if meeting.cancelled or apart or not meeting.past:
        return False
    return meeting.mark is None or meeting.mark.counts


def _minutes_by_number(units: Sequence[CurriculumUnit]) -> dict[int, int]:
    return {unit.number: unit.minutes for unit in units}


def _credited_minutes(
    meetings: Iterable[Meeting], units: Sequence[CurriculumUnit]
) -> dict[int, int]:
    """Answer the minutes of each credited unit; the same unit attended twice counts once."""
    lengths = _minutes_by_number(units)
    credited: dict[int, int] = {}
    for meeting in meetings:
        length = lengths.get(meeting.unit_number)
        if meeting.cancelled or not meeting.mark or length is None:
            continue
        if meeting.mark.credits(length):
            best = max(credited.get(meeting.unit_number, 0), meeting.mark.minutes_of(length))
            credited[meeting.unit_number] = best
    return credited


def _reached_by(
    further: Iterable[Meeting], minutes: dict[int, int], units: Sequence[CurriculumUnit]
) -> dict[int, int]:
    """Answer what would be credited if the units of these meetings were attended in full."""
    attended = Mark(AttendanceOutcome.ATTENDED)
    as_attended = [Meeting(meeting.unit_number, past=True, mark=attended) for meeting in further]
    return {**minutes, **_credited_minutes(as_attended, units)}


def _unrecorded(rule: CompletionRule, recorded: frozenset[str]) -> tuple[str, ...]:
    """Answer the gates that somebody must write down and has not (C4 d and e)."""
    wanted = ((rule.needs_end_review, END_REVIEW), (rule.needs_report_sent, REPORT_SENT))
    return tuple(gate for needed, gate in wanted if needed and gate not in recorded)


def _missing(
    minutes: dict[int, int], units: Sequence[CurriculumUnit], rule: CompletionRule
) -> tuple[str, ...]:
    """Answer each gate of C4 that does not hold, in words; empty when all hold."""
    found = []
    required = rule.units_required(len(units))
    if len(minutes) < required:
        found.append(f"{required - len(minutes)} more of the {required} units required")
    found += [
        f"Unit {unit.number} (mandatory)"
        for unit in units
        if unit.mandatory and unit.number not in minutes
    ]
    hours = Fraction(sum(minutes.values()), 60)
    if rule.min_hours is not None and hours < rule.min_hours:
        found.append(f"{float(rule.min_hours - hours):g} more of the {rule.min_hours} hours")
    return tuple(found)


def _is_to_come(meeting: Meeting) -> bool:
    """Tell whether the person may still be marked as attending this one."""
    return meeting.mark is None and not (meeting.cancelled or meeting.pause or meeting.earlier)


def _standing(
    missing: tuple[str, ...],
    minutes: dict[int, int],
    meetings: Sequence[Meeting],
    units: Sequence[CurriculumUnit],
    rule: CompletionRule,
    *,
    closed: bool,
) -> Standing:
    if not missing:
        return Standing.COMPLETE
    if closed:
        return Standing.CANNOT_COMPLETE
    to_come = [meeting for meeting in meetings if _is_to_come(meeting)]
    if not _missing(_reached_by(to_come, minutes, units), units, rule):
        return Standing.CAN_COMPLETE
    # A session that was cancelled and not re-run can be caught up like one that was missed.
    if not _missing(_reached_by(meetings, minutes, units), units, rule):
        return Standing.NEEDS_CATCH_UP
    return Standing.CANNOT_COMPLETE
