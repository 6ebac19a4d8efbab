"""What one row of an attendance spreadsheet says, and which session it means."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from core.columns import YES_OR_NO, Cells, Column
from programmes.domain.importing import words
from programmes.domain.importing.referrals import LONGEST_REFERENCE, Fault
from programmes.domain.register import LONGEST_NOTE, MOST_MINUTES
from programmes.domain.terms import AttendanceOutcome

COLUMNS = (
    Column("cohort_code", "the cohort", required=True, also=("cohort", "group", "group code")),
    Column(
        "session_on", "the day of the session; it or the unit is needed",
        also=("session date", "date of session", "date"),
    ),
    Column(
        "unit_number", "the number of the unit; it or the day is needed",
        also=("unit", "week", "week number"),
    ),
    Column(
        "participant_reference", "the reference that the person has in the referrals",
        required=True, also=("reference", "ref", "client reference", "urn", "participant"),
    ),
    Column(
        "outcome", "attended, late, absent and so on", required=True,
        also=("attendance", "attended", "mark"),
    ),
    Column(
        "minutes_attended", "how many minutes they stayed, if not all",
        also=("minutes", "mins", "minutes present"),
    ),
    Column(
        "catch_up", "yes if it was their own session: a catch-up or a one-to-one",
        also=("catchup", "is catch up"),
    ),
    Column("note", "the note of the mark", also=("notes", "comment", "comments")),
)  # fmt: skip

ABSENT_HINT = "Write attended, late, left early, absent notified or absent not notified"
_HIGHEST_UNIT = 1000


@dataclass(frozen=True, slots=True)
class AttendanceLine:
    """One mark as a row says it; what the row does not say is ``None`` or empty."""

    row: int
    cohort_code: str
    reference: str
    outcome: AttendanceOutcome
    session_on: date | None = None
    unit_number: int | None = None
    minutes_attended: int | None = None
    is_catch_up: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class KnownSession:
    """A session that is not cancelled; with an ``enrolment_id`` it is that person's own."""

    id: UUID
    unit_number: int
    day: date
    has_begun: bool
    enrolment_id: UUID | None = None
    is_catch_up: bool = False


def read(cells: Cells, *, today: date) -> AttendanceLine | None:
    """Read a row; ``None`` where its cells are wrong, and noted."""
    code = cells.text("cohort_code", longest=24, required=True)
    reference = cells.text("participant_reference", longest=LONGEST_REFERENCE, required=True)
    outcome = cells.choice("outcome", words.OUTCOMES, required=True, hint=ABSENT_HINT)
    session_on = cells.day("session_on")
    unit_number = cells.whole("unit_number", lowest=1, highest=_HIGHEST_UNIT)
    minutes = cells.whole("minutes_attended", lowest=0, highest=MOST_MINUTES)
    is_catch_up = bool(cells.choice("catch_up", YES_OR_NO))
    note = cells.text("note", longest=LONGEST_NOTE, lines=True)
    if session_on is not None and session_on > today:
        cells.fail("session_on", "Lies in the future")
    if not cells.errors and session_on is None and unit_number is None:
        cells.fail("session_on", "Is empty, and so is the unit. One of them is needed")
    if cells.errors or outcome is None:
        return None
    return AttendanceLine(
        cells.number, code, reference, outcome, session_on, unit_number, minutes, is_catch_up, note
    )


def session_meant(
    line: AttendanceLine, enrolment_id: UUID, sessions: Sequence[KnownSession]
) -> KnownSession | Fault | None:
    """Answer the session that a row means, or why none; ``None`` for a catch-up not held yet.

    Where the row gives day and unit, both must agree. A person's own session goes before the
    group's.
    """
    mine = [known for known in sessions if _could_be(line, known, enrolment_id)]
    found = [
        known
        for known in mine
        if line.session_on in (None, known.day) and line.unit_number in (None, known.unit_number)
    ]
    found = [known for known in found if known.enrolment_id] or found
    if len(found) == 1:
        return found[0] if found[0].has_begun else Fault(_column(line), "Has not begun yet")
    if found:
        return _several(line)
    return _none(line, mine)


def _could_be(line: AttendanceLine, known: KnownSession, enrolment_id: UUID) -> bool:
    if line.is_catch_up:  # a one-to-one is no catch-up, but a person's own as well
        return known.enrolment_id == enrolment_id
    return not known.is_catch_up and known.enrolment_id in (None, enrolment_id)


def _column(line: AttendanceLine) -> str:
    return "unit_number" if line.session_on is None else "session_on"


def _several(line: AttendanceLine) -> Fault:
    if line.session_on is None:
        return Fault("session_on", "Is empty, and the unit has several sessions")
    if line.unit_number is None:
        return Fault("unit_number", "Is empty, and there are several sessions on that day")
    return Fault("session_on", "There are several sessions of this unit on that day")


def _none(line: AttendanceLine, mine: Sequence[KnownSession]) -> Fault | None:
    if line.is_catch_up:
        if line.session_on is None or line.unit_number is None:
            return Fault(
                "unit_number" if line.unit_number is None else "session_on",
                "Is empty. A catch-up that is not recorded yet needs its day and its unit",
            )
        return None
    on_that_day = [known.unit_number for known in mine if known.day == line.session_on]
    if line.unit_number is not None and on_that_day:
        units = " and ".join(str(number) for number in sorted(on_that_day))
        return Fault("unit_number", f"The session on that day is of unit {units}")
    where = "on that day" if line.session_on else "of this unit"
    return Fault(_column(line), f"The cohort has no session {where}")
