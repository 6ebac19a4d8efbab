"""Who came to their sessions with a text delivered and who without: an association (C10)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import groupby

from core import clock
from core.periods import named
from core.publishing import SMALL_BASE
from core.reports import Column, Kind, Marker, Question, Rate, Report, Row, Section, Sum, grouped
from core.scope import Scope
from messaging.domain.effect import NO_TEXT, Arm, Fate
from messaging.queries.effect import fates
from programmes.domain.terms import AttendanceOutcome
from programmes.queries.turnout import Turnout, expected_and_marked
from programmes.reports.faults import data_quality
from programmes.reports.sections import NEVER_POOLED, heading

GROUPINGS = ("programme", "rule", "reason")
TITLE = "Attendance with and without a delivered text"

_ARMS = tuple(Arm)
_DAYS = 365
_TENTH = Decimal("0.1")
_DEFINITIONS = (
    "What is shown is an association of attendance with texts, never that a text was the cause",
    "Who can be texted safely may differ in other ways from who cannot",
    "Expected: the person was expected at the session, was marked, and the mark counts (C5)",
    "Did not attend: absent without telling anybody beforehand",
    "Delivered: the network said that the text reached the phone, not that anybody read it (M12)",
    "Not known: it left, or may have left, and the network never said whether it arrived",
    "Not delivered: the network refused it or could not deliver it",
    "Not sent: it was due and kept back, by the safety rule that is named",
    "No text: none was due, or it was taken back",
    "Where several texts were due about one session, the last of those that got furthest counts",
    "Change: by how many per cent the share who did not attend differs from that with no text",
    f"The change is told where at least {SMALL_BASE} were expected both with and without",
    "The change rests on two rows, so that it is never published",
    f"Without a first day, the {_DAYS} days that end on the last day are counted",
    NEVER_POOLED,
)  # fmt: skip
_LABELS: Mapping[str, Column] = {
    "programme": Column("programme", "Programme", Kind.TEXT),
    "text": Column("text", "Text", Kind.CODE),
    "rule": Column("rule", "Reminder rule", Kind.TEXT),
    "reason": Column("reason", "Why it did not go or arrive", Kind.TEXT),
}
_COUNTS = (
    Column("expected", "Expected", Kind.COUNT),
    Column("attended", "Attended", Kind.COUNT),
    Column("absent_notified", "Absent, said so beforehand", Kind.COUNT),
    Column("dna", "Did not attend", Kind.COUNT),
    Column("attendance_rate", "Attended of expected", Kind.RATE, "attended", "expected"),
    Column("dna_rate", "Did not attend of expected", Kind.RATE, "dna", "expected"),
    # No column is its base, so that it is left out of what is published: it tells of two rows.
    Column("change", "Change against no text, %", Kind.NUMBER, base="of_two_rows"),
)
_SUMS = (Sum("expected", ("attended", "absent_notified", "dna")),)


@dataclass(slots=True)
class _Tally:
    """How people expected were marked."""

    attended: int = 0
    notified: int = 0
    dna: int = 0
    expected: int = field(init=False, default=0)

    def add(self, one: Turnout) -> None:
        """Count one mark."""
        self.expected += 1
        self.attended += one.mark.attended
        self.notified += one.mark.outcome is AttendanceOutcome.ABSENT_NOTIFIED
        self.dna += one.mark.outcome is AttendanceOutcome.ABSENT_NOT_NOTIFIED


_Key = tuple[str, ...]
_Tallies = dict[_Key, _Tally]


async def reminder_effect(question: Question, *, scope: Scope) -> Report:
    """Answer the share who did not attend by what became of their texts, with its change.

    Source: domain.md C10.
    """
    group_by = _labels(grouped(question, GROUPINGS) or GROUPINGS)
    question = _bounded(question)
    people = await expected_and_marked(question, scope=scope)
    texts = await fates({one.session_id for one in people}, scope=scope)
    pairs = [(one, texts.get((one.participant_id, one.session_id), NO_TEXT)) for one in people]
    return Report(
        slug="reminder-effect",
        title=TITLE,
        counting_unit="people at sessions; one person counts once for each session",
        question=question,
        basis="flow: the sessions of the period, whoever was expected at them (C2)",
        period=named(question.since, question.until, today=clock.today()),
        as_of=clock.today(),
        run_at=clock.now(),
        definitions=_DEFINITIONS,
        group_by=group_by,
        columns=(*(_LABELS[label] for label in group_by), *_COUNTS),
        sums=_SUMS,
        sections=tuple(_sections(pairs, group_by)),
        data_quality=await data_quality(scope=scope),
    )


def _labels(groups: Sequence[str]) -> tuple[str, ...]:
    """Answer what names a row: what became of the text always does."""
    return tuple(label for label in _LABELS if label == "text" or label in groups)


def _bounded(question: Question) -> Question:
    """Answer the question with a first day: without one, of as long as is counted unasked."""
    if question.since:
        return question
    last_on = min(question.until or clock.today(), clock.today())
    return replace(question, since=date.fromordinal(max(last_on.toordinal() - _DAYS + 1, 1)))


def _sections(pairs: Sequence[tuple[Turnout, Fate]], group_by: Sequence[str]) -> Iterator[Section]:
    names = _names([one for one, _ in pairs])
    in_order = sorted(pairs, key=lambda pair: (pair[0].side, pair[0].type))
    for (side, kind), some in groupby(in_order, key=lambda pair: (pair[0].side, pair[0].type)):
        rows: _Tallies = defaultdict(_Tally)
        without: _Tallies = defaultdict(_Tally)
        total = _Tally()
        for one, fate in some:
            said = {"programme": names[one.programme_id], "text": fate.arm.value,
                    "rule": fate.rule, "reason": fate.reason}  # fmt: skip
            key = tuple(said[label] for label in group_by)
            for tally in (rows[key], total):
                tally.add(one)
            if fate.arm is Arm.NO_TEXT:
                without[_whose(key, group_by)].add(one)
        yield Section(
            heading(side, kind),
            tuple(
                (*key, *_cells(rows[key], without.get(_whose(key, group_by)), key))
                for key in sorted(rows, key=lambda key: _place(key, group_by))
            ),
            totals=("All", *[""] * (len(group_by) - 1), *_cells(total, None, ())),
            side=side.value,
        )


def _whose(key: _Key, group_by: Sequence[str]) -> _Key:
    """Answer the part of a row's names that it shares with the row of no text."""
    return tuple(cell for label, cell in zip(group_by, key, strict=True) if label == "programme")


def _place(key: _Key, group_by: Sequence[str]) -> tuple[object, ...]:
    return tuple(
        _ARMS.index(Arm(cell)) if label == "text" else cell.casefold()
        for label, cell in zip(group_by, key, strict=True)
    )


def _cells(tally: _Tally, without: _Tally | None, key: _Key) -> Row:
    compared = None if Arm.NO_TEXT in key else without
    return (
        tally.expected,
        tally.attended,
        tally.notified,
        tally.dna,
        Rate(tally.attended, tally.expected),
        Rate(tally.dna, tally.expected),
        _change(tally, compared),
    )


def _change(tally: _Tally, without: _Tally | None) -> Decimal | Marker:
    """Answer by how many per cent the share differs, unless there is none or it rests on few.

    Source: domain.md C10.
    """
    if without is None or not without.dna:
        return Marker.NOT_APPLICABLE
    if min(tally.expected, without.expected) < SMALL_BASE:
        return Marker.LOW_RELIABILITY
    share = Fraction(tally.dna, tally.expected) / Fraction(without.dna, without.expected)
    percent = (share - 1) * 100
    exact = Decimal(percent.numerator) / Decimal(percent.denominator)
    return exact.quantize(_TENTH, ROUND_HALF_UP)


def _names(people: Sequence[Turnout]) -> dict[object, str]:
    """Answer each programme's name; where two have the same, the end of their ids too."""
    named_so: dict[str, set[object]] = defaultdict(set)
    for one in people:
        named_so[one.programme].add(one.programme_id)
    return {
        id: f"{name} ({str(id)[-4:]})" if len(ids) > 1 else name
        for name, ids in named_so.items()
        for id in ids
    }
