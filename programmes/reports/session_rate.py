"""Each person's weeks: what was scheduled, and what came of it (HMPPS "session rate"; C12)."""

from collections.abc import AsyncIterator

from core import clock
from core.periods import named
from core.reports import Column, Kind, Question, Report, Row
from core.scope import Scope
from programmes.domain.session_rate import weekly
from programmes.queries.batches import Batch, met_in, places_in
from programmes.reports.by_person import file_pages, first_sections
from programmes.reports.faults import data_quality
from programmes.reports.sections import NEVER_POOLED

_COLUMNS = (
    Column("cohort", "Cohort", Kind.TEXT),
    Column("person", "Person", Kind.TEXT),
    Column("enrolment", "Place", Kind.TEXT),
    Column("week", "Week beginning", Kind.DAY),
    Column("scheduled", "Scheduled", Kind.COUNT),
    Column("attended", "Attended", Kind.COUNT),
    Column("not_attended", "Not attended", Kind.COUNT),
    Column("unmarked", "Not marked", Kind.COUNT),
    Column("caught_up", "Catch-ups attended", Kind.COUNT),
)
_DEFINITIONS = (
    "A row for each week from somebody’s first session to their last; weeks without are noughts",
    (
        "Scheduled: sessions that were held, or whose day is past, without catch-ups, pauses, and"
        " marks that do not count (C5)"
    ),
    "Scheduled = attended + not attended + not marked",
    "People are named by first name and initial (D10)",
    NEVER_POOLED,
)


async def session_rate(question: Question, *, scope: Scope) -> Report:
    """Answer the first rows of people's weeks: of one cohort, of a programme, or of all."""
    sections, cut = await first_sections(_lines, question, scope=scope)
    return Report(
        slug="session-rate",
        title="Session rate",
        counting_unit="sessions of people’s places in groups, by week",
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


def rate_pages(question: Question, *, scope: Scope) -> AsyncIterator[list[Row]]:
    """Answer all rows of people's weeks as a file has them."""
    return file_pages(_lines, question, scope=scope)


async def _lines(batch: Batch, question: Question, scope: Scope) -> list[Row]:
    places = await places_in(batch, scope=scope)
    met = await met_in(batch, places, question, scope=scope)
    return [
        (
            place.cohort_code,
            place.name,
            str(place.enrolment_id),
            week.begins_on,
            week.scheduled,
            week.attended,
            week.not_attended,
            week.unmarked,
            week.caught_up,
        )
        for place in places
        for week in weekly([(one.day, one.meeting) for one in met.get(place.enrolment_id, ())])
    ]
