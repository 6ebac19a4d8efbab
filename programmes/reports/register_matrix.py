"""Each person's sessions, with what they credited (HMPPS dosage report; C12)."""

from collections.abc import AsyncIterator, Sequence
from decimal import Decimal

from core import clock
from core.periods import named
from core.reports import Column, Kind, Question, Report, Row
from core.scope import Scope
from programmes.domain.dosage import doses
from programmes.queries.batches import Batch, MetView, PlaceView, carried_into, met_in, places_in
from programmes.reports.by_person import file_pages, first_sections
from programmes.reports.faults import data_quality
from programmes.reports.sections import NEVER_POOLED

NOT_MARKED = "not_recorded"

_HOUR = 60
_HUNDREDTH = Decimal("0.01")
_COLUMNS = (
    Column("cohort", "Cohort", Kind.TEXT),
    Column("person", "Person", Kind.TEXT),
    Column("enrolment", "Place", Kind.TEXT),
    Column("unit", "Unit", Kind.NUMBER),
    Column("title", "Unit title", Kind.TEXT),
    Column("held_on", "Session on", Kind.DAY),
    Column("held_by", "Held by cohort", Kind.TEXT),
    Column("outcome", "Mark", Kind.CODE),
    Column("minutes", "Minutes", Kind.NUMBER),
    Column("catch_up", "Catch-up", Kind.CODE),
    Column("credited", "Unit credited", Kind.CODE),
    Column("hours", "Hours", Kind.NUMBER),
    Column("carried_over", "Carried over", Kind.CODE),
)
_DEFINITIONS = (
    "A row for each session that somebody’s place in a group had; what is to come has none",
    "Not recorded: the session is past, and nobody marked the person; never an absence",
    "Minutes: attended, at most those of the unit",
    "Unit credited: at least 75 % of its minutes were attended (C5)",
    "Hours: of the session that credited the unit most; they add up to a place’s hours",
    (
        "Carried over: from a place that this one continues; its rows are also among those of"
        " that place"
    ),
    "People are named by first name and initial (D10)",
    NEVER_POOLED,
)


async def register_matrix(question: Question, *, scope: Scope) -> Report:
    """Answer the first rows of the matrix: of one cohort, of a programme, or of all."""
    sections, cut = await first_sections(_lines, question, scope=scope)
    return Report(
        slug="register-matrix",
        title="Register matrix",
        counting_unit="sessions of people’s places in groups",
        question=question,
        basis="flow: the sessions of the period (C2)",
        period=named(question.since, question.until, today=clock.today()),
        as_of=clock.today(),
        run_at=clock.now(),
        definitions=_DEFINITIONS,
        columns=_COLUMNS,
        sections=sections,
        data_quality=await data_quality(scope=scope),
        publishable=False,
        cut=cut,
    )


def matrix_pages(question: Question, *, scope: Scope) -> AsyncIterator[list[Row]]:
    """Answer all rows of the matrix as a file has them."""
    return file_pages(_lines, question, scope=scope)


async def _lines(batch: Batch, question: Question, scope: Scope) -> list[Row]:
    places = await places_in(batch, scope=scope)
    met = await met_in(batch, places, question, scope=scope)
    carried = await carried_into(places, question, scope=scope)
    return [
        row
        for place in places
        for row in _of_place(
            place, [*carried.get(place.enrolment_id, ()), *met.get(place.enrolment_id, ())]
        )
    ]


def _of_place(place: PlaceView, met: Sequence[MetView]) -> list[Row]:
    given = doses([one.meeting for one in met], place.unit_minutes)
    return [
        (
            place.cohort_code,
            place.name,
            str(place.enrolment_id),
            one.meeting.unit_number,
            one.title,
            one.day,
            one.cohort_code,
            one.meeting.mark.outcome.value if one.meeting.mark else NOT_MARKED,
            dose.minutes,
            _said(one.meeting.catch_up),
            _said(dose.credited),
            _hours(dose.counted),
            _said(one.meeting.earlier),
        )
        for one, dose in zip(met, given, strict=True)
    ]


def _hours(minutes: int) -> Decimal:
    return (Decimal(minutes) / _HOUR).quantize(_HUNDREDTH)


def _said(value: object) -> str:
    return "yes" if value else "no"
