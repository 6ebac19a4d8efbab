"""What one row of a learning system's list says of a completed course."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.columns import YES_OR_NO, Cells, Column
from training.domain.importing import words
from training.domain.terms import Evidence
from training.domain.validity import add_months

COLUMNS = (
    Column(
        "payroll_number", "whose completion it is", required=True,
        also=(
            "payroll no", "payroll", "employee number", "employee no", "employee id",
            "staff number", "staff id", "personnel number", "assignment number", "person number",
            "learner id",
        ),
    ),
    Column(
        "course_code", "the code of the course in the catalogue", required=True,
        also=("course", "code", "course id", "module code", "learning code"),
    ),
    Column(
        "completed_on", "the day of completing", required=True,
        also=("completed", "completion date", "date completed", "date of completion", "passed on"),
    ),
    Column("hours", "how long it took, such as 3.5", also=("duration hours", "cpd hours")),
    Column(
        "evidence", "certificate, register, e-learning result or self-declared", required=True,
        also=("evidence type", "proof", "completion type"),
    ),
    Column(
        "verified", "yes or no, whether somebody has seen the evidence; empty means no",
        also=("is verified", "evidence seen", "checked"),
    ),
    Column(
        "organisation", "needed only where several of yours have the payroll number",
        also=("organization", "employer", "organisation name"),
    ),
)  # fmt: skip

MOST_HOURS = 500
EARLIEST_COMPLETION = date(1990, 1, 1)
_EVIDENCE_HINT = "Write certificate, register, e-learning result or self-declared"
_MOST_MONTHS_BEFORE = 50 * 12


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLine:
    """A completion as a row says it; ``verified`` only where it says so."""

    row: int
    payroll_number: str
    course_code: str
    completed_on: date
    evidence: Evidence
    verified: bool
    hours: Decimal | None = None


def read(cells: Cells, *, today: date) -> RecordLine | None:
    """Read a row; ``None`` where its cells are wrong or contradict one another, and noted."""
    number = cells.text("payroll_number", longest=32, required=True)
    code = cells.text("course_code", longest=24, required=True)
    completed_on = cells.day("completed_on", required=True)
    evidence = cells.choice("evidence", words.EVIDENCE, required=True, hint=_EVIDENCE_HINT)
    verified = cells.choice("verified", YES_OR_NO, hint="Write yes or no")
    hours = cells.decimal("hours", most=MOST_HOURS)
    if completed_on and completed_on > today:
        cells.fail("completed_on", "Lies in the future")
    if completed_on and completed_on < EARLIEST_COMPLETION:
        cells.fail("completed_on", f"Is before {EARLIEST_COMPLETION:%Y-%m-%d}")
    if verified and evidence is Evidence.SELF_DECLARED:
        cells.fail("verified", "What somebody declares themselves cannot be verified yet")
    if cells.errors or completed_on is None or evidence is None:
        return None
    return RecordLine(
        row=cells.number, payroll_number=number, course_code=code, completed_on=completed_on,
        evidence=evidence, verified=bool(verified), hours=hours,
    )  # fmt: skip


def completion_fault(
    completed_on: date, *, first_day: date, retired_on: date | None
) -> tuple[str, str] | None:
    """Answer the column at fault and why, of a completion against the person and the course."""
    if retired_on and completed_on >= retired_on:
        return "course_code", f"The course was retired on {retired_on:%Y-%m-%d}"
    if add_months(completed_on, _MOST_MONTHS_BEFORE) < first_day:
        return "completed_on", "Is more than 50 years before their first day"
    return None
