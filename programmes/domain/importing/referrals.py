"""What one row of a referrals spreadsheet says, and the history that follows from it (2.2)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from core.columns import YES_OR_NO, Cells, Column
from core.scope import Side
from programmes.domain.assessment import LEADS_TO, Assessment
from programmes.domain.case_terms import AssessmentOutcome
from programmes.domain.exits import Leaving, fits, referral_after
from programmes.domain.importing import words
from programmes.domain.terms import (
    CLOSED_REFERRALS,
    EnrolmentStatus,
    ExitReason,
    ReferralSource,
    ReferralStatus,
)

COLUMNS = (
    Column(
        "reference", "your own reference of the person, never a name", required=True,
        also=(
            "ref", "case reference", "client reference", "client ref", "participant reference",
            "urn",
        ),
    ),
    Column("side", "perpetrator or survivor", required=True),
    Column(
        "programme", "the programme's name", required=True, also=("programme name", "program"),
    ),
    Column(
        "source", "who referred, such as police, health or self; empty means not recorded",
        also=("referral source", "referred by", "referrer"),
    ),
    Column(
        "received_on", "the day of the referral", required=True,
        also=("received", "referral date", "date of referral", "referred on", "date received"),
    ),
    Column("self_referred", "yes or no", also=("self referral", "self")),
    Column(
        "assessed_on", "the day of the assessment",
        also=("assessed", "assessment date", "date of assessment"),
    ),
    Column(
        "assessment_outcome", "what it found, such as suitable, not suitable or declined",
        also=("outcome of assessment", "assessment result", "suitability"),
    ),
    Column(
        "cohort_code", "the cohort in which they have or had a place",
        also=("cohort", "group", "group code"),
    ),
    Column("started_on", "the day of joining it", also=("started", "start date", "date started")),
    Column(
        "exited_on", "the day of leaving before the end",
        also=("exited", "exit date", "left on", "date left", "leaving date"),
    ),
    Column(
        "exit_reason", "why they left, such as moved area or health; empty means not recorded",
        also=("reason for leaving", "leaving reason", "reason left"),
    ),
    Column(
        "completed_on", "the day of completing",
        also=("completed", "completion date", "date completed"),
    ),
)  # fmt: skip

LONGEST_REFERENCE = 40
OTHER_HINT = "Write other if nothing fits"
_SIDE_HINT = "Write perpetrator or survivor"
_FOUND_HINT = "Write suitable, suitable not ready, not suitable, not eligible or declined"


@dataclass(frozen=True, slots=True)
class ReferralLine:
    """One referral as a row says it; what the row does not say is ``None`` or empty."""

    row: int
    reference: str
    side: Side
    programme: str
    received_on: date
    source: ReferralSource | None = None
    assessed_on: date | None = None
    assessment: AssessmentOutcome | None = None
    cohort_code: str = ""
    started_on: date | None = None
    exited_on: date | None = None
    exit_reason: ExitReason | None = None
    completed_on: date | None = None

    @property
    def ended_on(self) -> date | None:
        """Answer the day on which the person completed or left."""
        return self.completed_on or self.exited_on

    @property
    def enrolment_status(self) -> EnrolmentStatus:
        """Answer what becomes of the place; whether an open one is active, its marks say."""
        if self.completed_on:
            return EnrolmentStatus.COMPLETED
        return EnrolmentStatus.EXITED if self.exited_on else EnrolmentStatus.ENROLLED

    @property
    def suitable(self) -> bool | None:
        """Tell whether the assessment found the person suitable."""
        if self.assessment is None or self.assessed_on is None:
            return None
        return Assessment(self.assessment, self.assessed_on).suitable

    @property
    def was_assessed(self) -> bool:
        """Tell whether an assessment took place."""
        missed = self.assessment is AssessmentOutcome.DID_NOT_ATTEND
        return self.assessed_on is not None and not missed

    def joined_on(self, cohort_starts_on: date) -> date:
        """Answer the day of joining a cohort; whoever left before it never joined."""
        joined = self.started_on or max(cohort_starts_on, self.received_on)
        return min(joined, self.ended_on) if self.ended_on else joined


@dataclass(frozen=True, slots=True)
class Fault:
    """What keeps a row from being imported, and in which column."""

    column: str
    message: str


@dataclass(frozen=True, slots=True)
class Step:
    """A status that a referral came to, and when."""

    status: ReferralStatus
    on: date


def read(cells: Cells, *, today: date) -> ReferralLine | None:
    """Read a row; ``None`` where its cells are wrong or contradict one another, and noted."""
    reference = cells.text("reference", longest=LONGEST_REFERENCE, required=True)
    side = cells.choice("side", words.SIDES, required=True, hint=_SIDE_HINT)
    programme = cells.text("programme", longest=120, required=True)
    received_on = cells.day("received_on", required=True)
    line = ReferralLine(
        row=cells.number,
        reference=reference,
        side=side or Side.SURVIVOR,
        programme=programme,
        received_on=received_on or date.max,
        source=_source(cells),
        assessed_on=cells.day("assessed_on"),
        assessment=cells.choice("assessment_outcome", words.ASSESSMENTS, hint=_FOUND_HINT),
        cohort_code=cells.text("cohort_code", longest=24),
        started_on=cells.day("started_on"),
        exited_on=cells.day("exited_on"),
        exit_reason=cells.choice("exit_reason", words.EXIT_REASONS, hint=OTHER_HINT),
        completed_on=cells.day("completed_on"),
    )
    if not cells.errors:
        for column, message in _faults(line, today):
            cells.fail(column, message)
    return None if cells.errors else line


def _source(cells: Cells) -> ReferralSource | None:
    source = cells.choice("source", words.SOURCES, hint=OTHER_HINT)
    own = cells.choice("self_referred", YES_OR_NO)
    if own is None:
        return source
    if source is not None and own is not (source is ReferralSource.SELF):
        cells.fail("self_referred", "Contradicts the source")
    return ReferralSource.SELF if own else source


def _faults(line: ReferralLine, today: date) -> Iterator[tuple[str, str]]:
    earliest = line.received_on
    for column in ("received_on", "assessed_on", "started_on", "exited_on", "completed_on"):
        day: date | None = getattr(line, column)
        if day is None:
            continue
        if day > today:
            yield column, "Lies in the future"
        if day < earliest:
            yield column, f"Is before {earliest:%Y-%m-%d}, which this row has for an earlier step"
        earliest = max(earliest, day)
    yield from _assessment_faults(line)
    yield from _place_faults(line)


def _assessment_faults(line: ReferralLine) -> Iterator[tuple[str, str]]:
    if line.assessment is None:
        return
    if line.assessed_on is None:
        yield "assessed_on", "Is empty, but the assessment has an outcome"
    if LEADS_TO[line.assessment] in CLOSED_REFERRALS:
        if line.cohort_code:
            yield "cohort_code", "The assessment left no way into a group"
        elif line.exited_on:
            yield "exited_on", "The referral ended with its assessment"


def _place_faults(line: ReferralLine) -> Iterator[tuple[str, str]]:
    if line.completed_on and line.exited_on:
        yield "exited_on", "Somebody who completed has not left before the end"
    if line.exit_reason and not line.exited_on:
        yield "exited_on", "Is empty, but there is a reason for leaving"
    if line.exit_reason and not fits(line.exit_reason, line.side):
        yield "exit_reason", "Does not fit this side"
    if line.completed_on and not line.started_on:
        yield "started_on", "Is empty, but the person completed"
    if line.started_on and not line.cohort_code:
        yield "cohort_code", "Is empty, but the person started"


def history(
    line: ReferralLine, *, joined_on: date | None, waits_for_offer: bool
) -> tuple[Step, ...]:
    """Answer each status that the referral came to, in order.

    ``waits_for_offer``: nobody on the perpetrator side is on the programme before the offer to
    their partner is recorded (D8); whoever has ended was.
    """
    steps = [Step(ReferralStatus.RECEIVED, line.received_on), *_assessed(line)]
    if joined_on is not None:
        ready = max(line.received_on, line.assessed_on or line.received_on)
        if steps[-1].status is not ReferralStatus.AWAITING_ALLOCATION:
            steps.append(Step(ReferralStatus.AWAITING_ALLOCATION, ready))
        steps.append(Step(ReferralStatus.SCHEDULED, joined_on))
        if line.started_on and (line.ended_on or not waits_for_offer):
            steps.append(Step(ReferralStatus.ON_PROGRAMME, line.started_on))
    if line.completed_on:
        steps.append(Step(ReferralStatus.PROGRAMME_COMPLETE, line.completed_on))
    if line.exited_on:
        leaving = Leaving(line.exit_reason or ExitReason.NOT_RECORDED)
        steps.append(Step(referral_after(leaving, steps[-1].status), line.exited_on))
    return tuple(steps)


def _assessed(line: ReferralLine) -> Iterator[Step]:
    if line.assessed_on is None:
        return
    yield Step(ReferralStatus.AWAITING_ASSESSMENT, line.received_on)
    after = LEADS_TO[line.assessment] if line.assessment else ReferralStatus.ASSESSMENT_STARTED
    if after is not ReferralStatus.AWAITING_ASSESSMENT:
        yield Step(after, line.assessed_on)


def still_to_come(steps: tuple[Step, ...], before: ReferralStatus) -> tuple[Step, ...]:
    """Answer the steps after the present status; none where the referral went another way."""
    places = [place for place, step in enumerate(steps) if step.status is before]
    return steps[places[-1] + 1 :] if places else ()
