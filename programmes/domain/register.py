"""What may be written on a register, and what changes by it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from core.errors import FieldError
from core.scope import Side
from core.text import is_plain
from programmes.domain.attendance import ABSENCES, Mark
from programmes.domain.terms import AbsenceReason, AttendanceOutcome

LONGEST_NOTE = 4000
MOST_MINUTES = 600


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a register as somebody fills it in."""

    enrolment_id: UUID
    outcome: AttendanceOutcome
    minutes_attended: int | None = None
    absence_reason: AbsenceReason | None = None
    acceptable: bool | None = None
    engaged: bool | None = None
    note: str = ""
    minutes_late: int | None = None

    @property
    def mark(self) -> Mark:
        """Answer what the line means."""
        return Mark(
            self.outcome,
            self.minutes_attended,
            self.acceptable,
            self.absence_reason,
            self.engaged,
            self.minutes_late,
        )


@dataclass(frozen=True, slots=True)
class Changes:
    """What saving would write: new marks, and corrections as (old, new)."""

    new: tuple[Entry, ...]
    corrected: tuple[tuple[Entry, Entry], ...]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Answer every entry to write."""
        return (*self.new, *(after for _, after in self.corrected))


def changes(entries: Sequence[Entry], stored: Mapping[UUID, Entry]) -> Changes:
    """Answer what differs from what is stored; the same entries again change nothing."""
    return Changes(
        new=tuple(entry for entry in entries if entry.enrolment_id not in stored),
        corrected=tuple(
            (stored[entry.enrolment_id], entry)
            for entry in entries
            if entry.enrolment_id in stored and stored[entry.enrolment_id] != entry
        ),
    )


def faults(
    entries: Sequence[Entry], *, expected: frozenset[UUID], side: Side
) -> Iterator[FieldError]:
    """Answer every fault, each with the place of its line."""
    seen: set[UUID] = set()
    for place, entry in enumerate(entries):
        line = f"marks[{place}]"
        if entry.enrolment_id in seen:
            yield FieldError(f"{line}.enrolment_id", "This person is on the list twice")
        elif entry.enrolment_id not in expected:
            yield FieldError(f"{line}.enrolment_id", "This person is not on this register")
        seen.add(entry.enrolment_id)
        yield from _line_faults(line, entry, side)


def _line_faults(line: str, entry: Entry, side: Side) -> Iterator[FieldError]:
    if len(entry.note) > LONGEST_NOTE:
        yield FieldError(f"{line}.note", f"Enter {LONGEST_NOTE} characters or fewer")
    if not is_plain(entry.note, lines=True):
        yield FieldError(f"{line}.note", "Enter text without control characters")
    yield from _minutes_faults(line, entry)
    if entry.outcome not in ABSENCES and entry.absence_reason is not None:
        yield FieldError(f"{line}.absence_reason", "Only an absence has a reason")
    if entry.acceptable is not None and side is Side.SURVIVOR:
        yield FieldError(f"{line}.acceptable", "Nobody judges absences in this group")


def _minutes_faults(line: str, entry: Entry) -> Iterator[FieldError]:
    for field, minutes in (
        ("minutes_attended", entry.minutes_attended),
        ("minutes_late", entry.minutes_late),
    ):
        if minutes is not None and not 0 <= minutes <= MOST_MINUTES:
            yield FieldError(f"{line}.{field}", f"Enter 0 to {MOST_MINUTES} minutes")
    if entry.outcome is AttendanceOutcome.LEFT_EARLY and entry.minutes_attended is None:
        yield FieldError(f"{line}.minutes_attended", "Enter how many minutes they stayed")
    if entry.minutes_late is not None and entry.outcome is not AttendanceOutcome.LATE:
        yield FieldError(f"{line}.minutes_late", "Only somebody who came late was late")
