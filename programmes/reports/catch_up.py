"""What catch-ups add: units made up, and completions that rest on them (S6, C5)."""

from collections.abc import Mapping

from piccolo.querystring import QueryString

from core import clock
from core.periods import named
from core.reports import Column, Kind, Question, Rate, Report, Row, Sum, grouped
from core.scope import Scope
from programmes.queries.case_sources import LIVES
from programmes.queries.cases import Amount, Event, Part, grouped_sums
from programmes.queries.groupings import GROUPINGS, is_sensitive, label_columns
from programmes.reports.completion import BASES, COMPLETED, COUNTING_UNIT, STARTED
from programmes.reports.faults import data_quality
from programmes.reports.sections import NEVER_POOLED, sections

_DEFINITIONS = (
    STARTED,
    COMPLETED,
    (
        "Units missed: those of sessions at which a person was expected and which no session "
        "of the group credited; where somebody changed groups, in each group"
    ),
    "Made up: missed units that a catch-up credited",
    "Yield = made up / missed",
    (
        "Completed only with catch-ups: the units credited are enough, and without those of "
        "catch-ups they would not be (S6)"
    ),
    "R1 = completed / referred",
    "R2 = completed / started, with the credit of catch-ups and without it",
)
_STARTED = "e.started_on IS NOT NULL"
_COMPLETED = "e.status = 'completed'"
_RESTS = f"{_COMPLETED} AND k.enough_units AND NOT k.complete_without_catch_up"


async def catch_up(question: Question, *, scope: Scope) -> Report:
    """Answer what catch-ups made up, and completion with and without them, by programme.

    Source: domain.md C5, S6.
    """
    group_by = grouped(question, GROUPINGS) or ("programme",)
    groups = await grouped_sums([_PART], question, group_by=group_by, scope=scope)
    return Report(
        slug="catch-up",
        title="Catch-ups",
        counting_unit=COUNTING_UNIT,
        question=question,
        basis=BASES[question.basis],
        period=named(question.since, question.until, today=clock.today()),
        as_of=clock.today(),
        run_at=clock.now(),
        definitions=(*_DEFINITIONS, NEVER_POOLED),
        group_by=group_by,
        columns=(*label_columns(group_by), *_COLUMNS),
        sums=_SUMS,
        sections=sections(groups, _cells, sensitive=is_sensitive(group_by)),
        data_quality=await data_quality(scope=scope),
    )


_PART = Part(
    QueryString(LIVES),
    Event.REFERRED,
    (
        Amount("referred", QueryString("(1 = 1)")),
        Amount("started", QueryString(_STARTED)),
        Amount("completed", QueryString(_COMPLETED)),
        Amount("by_catch_up", QueryString(_RESTS)),
        Amount("missed", QueryString("w.units_missed > 0"), "w.units_missed"),
        Amount("made_up", QueryString("w.units_made_up > 0"), "w.units_made_up"),
    ),
)
_COLUMNS = (
    Column("referred", "Referred", Kind.COUNT),
    Column("started", "Started", Kind.COUNT),
    Column("completed", "Completed", Kind.COUNT),
    Column("without_catch_up", "Completed without catch-ups", Kind.COUNT),
    Column("by_catch_up", "Completed only with catch-ups", Kind.COUNT),
    Column("units_missed", "Units missed", Kind.COUNT),
    Column("units_made_up", "Units made up", Kind.COUNT),
    Column("units_not_made_up", "Units not made up", Kind.COUNT),
    Column("catch_up_yield", "Yield of catch-ups", Kind.RATE, "units_made_up", "units_missed"),
    Column("r1", "R1 completed of referred", Kind.RATE, "completed", "referred"),
    Column("r2", "R2 completed of started", Kind.RATE, "completed", "started"),
    Column(
        "r2_without", "R2 without catch-ups", Kind.RATE, "without_catch_up", "started"
    ),
)  # fmt: skip
_SUMS = (
    Sum("referred", ("started",), rest=True),
    Sum("started", ("completed",), rest=True),
    Sum("completed", ("without_catch_up", "by_catch_up")),
    Sum("units_missed", ("units_made_up", "units_not_made_up")),
)


def _cells(counts: Mapping[str, int]) -> Row:
    completed, missed = counts["completed"], counts["missed"]
    without = completed - counts["by_catch_up"]
    return (
        counts["referred"],
        counts["started"],
        completed,
        without,
        counts["by_catch_up"],
        missed,
        counts["made_up"],
        missed - counts["made_up"],
        Rate(counts["made_up"], missed),
        Rate(completed, counts["referred"]),
        Rate(completed, counts["started"]),
        Rate(without, counts["started"]),
    )
