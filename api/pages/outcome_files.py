"""A group's outcomes as a file: what the page shows, and no more (D4, D10)."""

from collections.abc import Iterator, Sequence

from api.pages import outcome_words
from core import clock
from core.reports import Column, Kind, Question, Report, Section
from programmes.domain.outcomes import IN_ORDER, change
from programmes.queries.outcomes import GroupView, OutcomesView

_COLUMNS = (
    Column("enrolment", "Enrolment", Kind.TEXT),
    Column("measure", "Measure", Kind.TEXT),
    Column("source", "Reported by", Kind.TEXT),
    Column("timepoint", "When", Kind.TEXT),
    Column("on", "Day", Kind.DAY),
    Column("value", "Value", Kind.TEXT),
    Column("change", "Change since the start", Kind.TEXT),
)


def outcomes_file(group: GroupView, views: Sequence[OutcomesView]) -> Report:
    """Answer every report that this reader may see, one in a row; nobody is named."""
    return Report(
        slug=f"outcomes-{group.id}",
        title="Outcomes",
        counting_unit="reports",
        question=Question(),
        definitions=(),
        basis="every report of the group",
        period=group.code,
        as_of=clock.today(),
        run_at=clock.now(),
        columns=_COLUMNS,
        sections=(Section("", tuple(row for view in views for row in _rows(view))),),
        publishable=False,
    )


def _rows(view: OutcomesView) -> Iterator[tuple[object, ...]]:
    for measure in view.measures:
        terms = measure.terms
        of_measure = [one for one in view.reports if one.measure_id == measure.id]
        for one in sorted(of_measure, key=lambda one: (one.source, IN_ORDER.index(one.timepoint))):
            same = [other for other in of_measure if other.source is one.source]
            found = change(same, terms.direction)
            yield (
                str(view.place.enrolment_id),
                terms.name,
                outcome_words.SOURCES[one.source],
                outcome_words.TIMEPOINTS[one.timepoint],
                one.taken_on,
                outcome_words.report(terms, one),
                outcome_words.change(terms, found)
                if found and found.until is one.timepoint
                else "",
            )
