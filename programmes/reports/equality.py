"""Whom the service reaches, and who completes, by each protected characteristic (S22)."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import groupby

from core import clock
from core.periods import named
from core.reports import Basis, Column, Kind, Marker, Question, Rate, Report, Row, Section, Sum
from core.reports import grouped as asked_by
from core.scope import Scope
from programmes.queries.cases import case_counts
from programmes.queries.groupings import PROTECTED, Group, Grouping, label_columns
from programmes.reports.completion import (
    BASES,
    COMPLETED,
    COUNTING_UNIT,
    FLOW_RATES,
    STARTED,
    case_events,
    funnel_of,
)
from programmes.reports.faults import data_quality
from programmes.reports.sections import NEVER_POOLED, heading

GROUPINGS = tuple(grouping.value for grouping in Grouping if grouping in PROTECTED)
"""The characteristics; each is told on its own, never two together."""

_TENTH = Decimal("0.1")
_EACH = "Each characteristic is told on its own: its rows add up to the same totals"
_CLOSED_OUT = (
    "No longer held: closed out when their time was over, and what they answered with it (D13)"
)
_DEFINITIONS = (
    STARTED,
    COMPLETED,
    "R1 = completed / referred",
    "R2 = completed / started",
    "Gap = the rate less that of all, in percentage points; small groups differ by chance",
    "Not asked, and prefer not to say, are answers of their own and never shared out",
    _CLOSED_OUT,
    "Age is that on the day of referral",
    _EACH,
    NEVER_POOLED,
)
_COLUMNS = (
    Column("referred", "Referred", Kind.COUNT),
    Column("started", "Started", Kind.COUNT),
    Column("completed", "Completed", Kind.COUNT),
    Column("r1", "R1 completed of referred", Kind.RATE, "completed", "referred"),
    Column("r1_gap", "R1 gap, points", Kind.NUMBER, base="completed referred", compared=True),
    Column("r2", "R2 completed of started", Kind.RATE, "completed", "started"),
    Column("r2_gap", "R2 gap, points", Kind.NUMBER, base="completed started", compared=True),
)
_SUMS = (Sum("referred", ("started",), rest=True), Sum("started", ("completed",), rest=True))


async def equality(question: Question, *, scope: Scope) -> Report:
    """Answer referrals, starts and completions by characteristic, by sex unless asked otherwise.

    Source: domain.md 2.6, C3, C12.
    """
    group_by = asked_by(question, GROUPINGS) or (Grouping.SEX.value,)
    flow = question.basis is Basis.FLOW
    parted = [
        (place, await case_counts(case_events(), question, group_by=(one,), scope=scope))
        for place, one in enumerate(group_by)
    ]
    by_section = [
        ((group.side, group.type, place), group) for place, groups in parted for group in groups
    ]
    ordered = sorted(by_section, key=lambda one: one[0])
    return Report(
        slug="equality",
        title="Equality",
        counting_unit=COUNTING_UNIT,
        question=question,
        basis=BASES[question.basis],
        period=named(question.since, question.until, today=clock.today()),
        as_of=clock.today(),
        run_at=clock.now(),
        definitions=(*_DEFINITIONS, *([FLOW_RATES] if flow else [])),
        group_by=group_by,
        columns=(*label_columns(group_by), *_COLUMNS),
        sums=() if flow else _SUMS,
        sections=tuple(
            _section([group for _, group in some], place, of=len(group_by))
            for (_, _, place), some in groupby(ordered, key=lambda one: one[0])
        ),
        data_quality=await data_quality(scope=scope),
    )


def _section(groups: list[Group], place: int, *, of: int) -> Section:
    """Answer one characteristic of one kind of programme; the columns of others are empty."""
    counts = {key: sum(group.counts[key] for group in groups) for key in groups[0].counts}
    first = groups[0]
    return Section(
        heading(first.side, first.type),
        tuple(
            (*_labels(group.labels[0], place, of), *_cells(group.counts, counts))
            for group in groups
        ),
        totals=(*_labels("All", place, of), *_cells(counts, None)),
        side=first.side.value,
        sensitive=True,
    )


def _labels(label: object, place: int, of: int) -> list[object]:
    return [label if one == place else "" for one in range(of)]


def _cells(counts: Mapping[str, int], everybody: Mapping[str, int] | None) -> Row:
    funnel, whole = funnel_of(counts), funnel_of(everybody) if everybody else None
    r1, r2 = Rate(*funnel.r1), Rate(*funnel.r2)
    return (
        funnel.referred,
        funnel.started,
        funnel.completed,
        r1,
        _gap(r1, Rate(*whole.r1) if whole else None),
        r2,
        _gap(r2, Rate(*whole.r2) if whole else None),
    )


def _gap(rate: Rate, whole: Rate | None) -> Decimal | Marker:
    """Answer by how many percentage points a rate is above that of all, with one decimal."""
    if whole is None or rate.ratio is None or whole.ratio is None:
        return Marker.NOT_APPLICABLE
    return _points(rate.ratio - whole.ratio)


def _points(difference: Fraction) -> Decimal:
    exact = Decimal(difference.numerator * 100) / Decimal(difference.denominator)
    return exact.quantize(_TENTH, ROUND_HALF_UP) + 0  # no minus before a nought
