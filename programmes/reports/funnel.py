"""How many of those referred came how far, stage by stage (C3)."""

from collections.abc import Mapping

from piccolo.querystring import QueryString

from core import clock
from core.periods import named
from core.reports import Basis, Column, Kind, Question, Rate, Report, Row, Sum, grouped
from core.scope import Scope
from programmes.domain.rates import Funnel
from programmes.queries import visibility
from programmes.queries.cases import Count, Event, case_counts
from programmes.queries.groupings import GROUPINGS, is_sensitive, label_columns
from programmes.reports.completion import (
    BASES,
    COMPLETED,
    COUNTING_UNIT,
    FLOW_RATES,
    NEUTRAL,
    STARTED,
    case_events,
)
from programmes.reports.faults import data_quality
from programmes.reports.sections import NEVER_POOLED, sections

_DEFINITIONS = (
    "Assessed: the day of an assessment is recorded",
    "Suitable: found suitable by it",
    STARTED,
    COMPLETED,
    "R1 = completed / referred",
    "R2 = completed / started",
    "R5 = assessed / referred, suitable / assessed, started / suitable",
)
_OF_A_COHORT = (
    "R4 = (referred - started) / referred",
    (
        "R6 = commenced / (commenced + not commenced), of closed cases only: those whose "
        "referral is closed, or who completed. Until then a start is still possible (Ministry "
        "of Justice basis); who completed without a recorded start did not commence"
    ),
)
_IN_FLOW = (
    FLOW_RATES,
    "R4 and R6 follow the people referred to where they are now, and are on the cohort basis only",
)
_CLOSED = QueryString(
    "(r.status IN {} OR COALESCE(e.status, '') IN ('completed', 'completed_partial'))",
    visibility.CLOSED,
)


async def funnel(question: Question, *, scope: Scope) -> Report:
    """Answer every stage with its rates, by programme unless asked otherwise.

    Source: domain.md C2, C3.
    """
    group_by = grouped(question, GROUPINGS) or ("programme",)
    flow = question.basis is Basis.FLOW
    groups = await case_counts(_counts(), question, group_by=group_by, scope=scope)
    return Report(
        slug="funnel",
        title="From referral to completion",
        counting_unit=COUNTING_UNIT,
        question=question,
        basis=BASES[question.basis],
        period=named(question.since, question.until, today=clock.today()),
        as_of=clock.today(),
        run_at=clock.now(),
        definitions=(
            *_DEFINITIONS, *(_IN_FLOW if flow else _OF_A_COHORT), NEUTRAL, NEVER_POOLED
        ),
        group_by=group_by,
        columns=(*label_columns(group_by), *_columns(flow=flow)),
        sums=() if flow else _SUMS,
        sections=sections(
            groups, lambda counts: _cells(counts, flow=flow), sensitive=is_sensitive(group_by)
        ),
        data_quality=await data_quality(scope=scope),
    )  # fmt: skip


def _counts() -> tuple[Count, ...]:
    started = QueryString("e.started_on IS NOT NULL")
    return (
        *case_events(),
        Count("commenced", Event.REFERRED, QueryString("{} AND {}", _CLOSED, started)),
        Count("not_commenced", Event.REFERRED, QueryString("{} AND NOT {}", _CLOSED, started)),
    )


_SUMS = (
    Sum("referred", ("assessed",), rest=True),
    Sum("referred", ("started", "not_started")),
    Sum("assessed", ("suitable",), rest=True),
    Sum("suitable", ("started",), rest=True),
    Sum("started", ("completed", "active", "neutral"), rest=True),
    Sum("started", ("commenced",), rest=True),
    Sum("not_started", ("not_commenced",), rest=True),
    Sum("closed_cases", ("commenced", "not_commenced")),
)


def _columns(*, flow: bool) -> tuple[Column, ...]:
    followed = (
        Column("not_started", "Not started", Kind.COUNT),
        Column("active", "Still active", Kind.COUNT),
        Column("neutral", "Neutral exits", Kind.COUNT),
        Column("commenced", "Closed cases that commenced", Kind.COUNT),
        Column("not_commenced", "Closed cases that did not", Kind.COUNT),
        Column("closed_cases", "Closed cases", Kind.COUNT),
    )
    rates = (
        Column("r4", "R4 not started of referred", Kind.RATE, "not_started", "referred"),
        Column("r6", "R6 commenced of closed cases", Kind.RATE, "commenced", "closed_cases"),
    )
    return (
        Column("referred", "Referred", Kind.COUNT),
        Column("assessed", "Assessed", Kind.COUNT),
        Column("suitable", "Suitable", Kind.COUNT),
        Column("started", "Started", Kind.COUNT),
        Column("completed", "Completed", Kind.COUNT),
        *([] if flow else followed),
        Column("r1", "R1 completed of referred", Kind.RATE, "completed", "referred"),
        Column("r2", "R2 completed of started", Kind.RATE, "completed", "started"),
        Column("r5_assessed", "R5 assessed of referred", Kind.RATE, "assessed", "referred"),
        Column("r5_suitable", "R5 suitable of assessed", Kind.RATE, "suitable", "assessed"),
        Column("r5_started", "R5 started of suitable", Kind.RATE, "started", "suitable"),
        *([] if flow else rates),
    )


def _cells(counts: Mapping[str, int], *, flow: bool) -> Row:
    found = Funnel(**counts)
    followed = (
        found.r4[0], found.active, found.neutral, found.commenced, found.not_commenced,
        found.r6[1],
    )  # fmt: skip
    return (
        found.referred,
        found.assessed,
        found.suitable,
        found.started,
        found.completed,
        *([] if flow else followed),
        Rate(*found.r1),
        Rate(*found.r2),
        *(Rate(*pair) for pair in found.r5),
        *([] if flow else [Rate(*found.r4), Rate(*found.r6)]),
    )
