"""What freedom-of-information requests ask of programmes: ten questions on one page."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from piccolo.querystring import QueryString

from core import clock
from core.periods import named
from core.reports import Basis, Column, Kind, Marker, Question, Report, Row, Section, Sum, grouped
from core.scope import Permission, Scope
from programmes.domain.funding import whole_pence
from programmes.domain.spreads import MIDDLE, Spread, pooled, quantile
from programmes.queries.cases import Event, case_counts
from programmes.queries.funding import agreements
from programmes.queries.groupings import PROTECTED, Grouping, label_columns
from programmes.queries.spreads import Asked, case_spreads
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
from programmes.reports.sections import NEVER_POOLED, heading, sections
from programmes.reports.unit_costs import COST, paid_programmes
from programmes.reports.waiting_time import waited_days

GROUPINGS = (Grouping.SELF_OR_AGENCY.value, Grouping.SEX.value)

_TENTH = Decimal("0.1")
_NOT_HELD = Marker.UNAVAILABLE
_NOT_PARTED = Marker.NOT_APPLICABLE
_QUESTIONS = (
    "The ten questions: 1 How many were referred? 2 How many were assessed? 3 How many were "
    "accepted? 4 How many started? 5 How many completed? 6 How many left without completing? "
    "7 How many are still active? 8 How long did they wait? 9 What did it cost? 10 How many were "
    "reported or convicted again?"
)
_SAID_NOT_HELD = (
    "[x] is not held: question 10 is for the police and the courts, and this service is not told "
    "the answer; question 9 where no funding is recorded that you may see. Cost is not parted by "
    "who was referred"
)
_DEFINITIONS = (
    _QUESTIONS,
    "By self: the person asked; by agency: everybody else did",
    "Who referred and sex are told apart, each on its own: both add up to the same totals",
    "Accepted: assessed as suitable",
    STARTED,
    COMPLETED,
    NEUTRAL,
    (
        "Wait: the median of the days from referral to the first group unit attended; a start "
        "dated before its referral counts as 0 days"
    ),
    COST,
    _SAID_NOT_HELD,
    NEVER_POOLED,
)
_WAIT = "wait"


async def foi_return(question: Question, *, scope: Scope) -> Report:
    """Answer the ten questions, by who referred and by sex unless one of them is asked for.

    Each is told on its own, never one within the other: the smallest numbers would be hidden, and
    most others with them.

    Source: domain.md C12.
    """
    group_by = grouped(question, GROUPINGS) or GROUPINGS
    flow = question.basis is Basis.FLOW
    costs = await _costs(question, scope)
    parted = [
        (section.heading, place, section)
        for place, one in enumerate(group_by)
        for section in await _parted(question, one, costs, scope)
    ]
    return Report(
        slug="foi-return",
        title="Freedom of information return",
        counting_unit=COUNTING_UNIT,
        question=question,
        basis=BASES[question.basis],
        period=named(question.since, question.until, today=clock.today()),
        as_of=clock.today(),
        run_at=clock.now(),
        definitions=(*_DEFINITIONS, *([FLOW_RATES] if flow else [])),
        group_by=group_by,
        columns=(*label_columns(group_by), *_columns(flow=flow)),
        sums=() if flow else _SUMS,
        sections=tuple(
            _labelled(section, place, of=len(group_by))
            for _, place, section in sorted(parted, key=lambda one: one[:2])
        ),
        data_quality=await data_quality(scope=scope),
    )


_SUMS = (
    Sum("referred", ("assessed",), rest=True),
    Sum("referred", ("started",), rest=True),
    Sum("assessed", ("suitable",), rest=True),
    Sum("suitable", ("started",), rest=True),
    Sum("started", ("completed", "left", "neutral", "active"), rest=True),
)


def _columns(*, flow: bool) -> tuple[Column, ...]:
    return (
        Column("referred", "1 Referred", Kind.COUNT),
        Column("assessed", "2 Assessed", Kind.COUNT),
        Column("suitable", "3 Accepted", Kind.COUNT),
        Column("started", "4 Started", Kind.COUNT),
        Column("completed", "5 Completed", Kind.COUNT),
        Column("left", "6 Left before completing", Kind.COUNT),
        Column("neutral", "6 Left for a neutral reason", Kind.COUNT),
        *([] if flow else [Column("active", "7 Still active", Kind.COUNT)]),
        Column("wait", "8 Median wait in days", Kind.NUMBER, base="started"),
        Column("cost", "9 Cost", Kind.MONEY),
        Column("again", "10 Reported or convicted again", Kind.NUMBER),
    )


def _cells(counts: Mapping[str, int], *, flow: bool) -> Row:
    keys = ("referred", "assessed", "suitable", "started", "completed", "left", "neutral")
    return tuple(counts[key] for key in (*keys, *(() if flow else ("active",))))


async def _parted(
    question: Question, one: str, costs: Mapping[str, int], scope: Scope
) -> list[Section]:
    """Answer the ten questions of each kind of programme, parted by one thing."""
    flow = question.basis is Basis.FLOW
    groups = await case_counts(case_events(), question, group_by=(one,), scope=scope)
    asked = Asked(
        Event.STARTED if flow else Event.REFERRED,
        QueryString("e.started_on IS NOT NULL"),
        waited_days("r.received_on", "e.started_on"),
    )
    found = await case_spreads({_WAIT: asked}, question, group_by=(one,), scope=scope)
    waits = {
        (heading(group.side, group.type), group.labels[0]): group.spreads[_WAIT] for group in found
    }
    counted = sections(
        groups, lambda counts: _cells(counts, flow=flow), sensitive=Grouping(one) in PROTECTED
    )
    return [_answered(section, waits, costs) for section in counted]


def _answered(
    section: Section, waits: Mapping[tuple[str, object], Spread], costs: Mapping[str, int]
) -> Section:
    """Add to a section's counts how long people waited, what it cost, and what is not held."""
    assert section.totals is not None  # noqa: S101 - every kind of programme has its sum
    rows = tuple(
        (*row, _median(waits.get((section.heading, row[0]), {})), _NOT_PARTED, _NOT_HELD)
        for row in section.rows
    )
    everybody = pooled(found for (said, _), found in waits.items() if said == section.heading)
    cost = costs.get(section.heading, _NOT_HELD)
    return replace(
        section, rows=rows, totals=(*section.totals, _median(everybody), cost, _NOT_HELD)
    )


def _labelled(section: Section, place: int, *, of: int) -> Section:
    """Give a section's rows a label in its own column alone; the others' are empty."""

    def labels(row: Row) -> Row:
        return (*(row[0] if one == place else "" for one in range(of)), *row[1:])

    return replace(
        section,
        rows=tuple(labels(row) for row in section.rows),
        totals=labels(section.totals or ()),
    )


async def _costs(question: Question, scope: Scope) -> dict[str, int]:
    """Answer what each kind of programme of a side cost, by the heading of its section."""
    found = await agreements(
        scope=scope,
        permission=Permission.VIEW_PROGRAMME_REPORTS,
        programme_id=question.programme_id,
        organisation_id=question.organisation_id,
    )
    pence: dict[str, Fraction] = {}
    for paid in paid_programmes(found):
        said = heading(paid.side, paid.type)
        pence[said] = pence.get(said, Fraction(0)) + paid.pence(question.since, question.until)
    return {said: whole_pence(amount) for said, amount in pence.items()}


def _median(spread: Spread) -> Decimal | Marker:
    found = quantile(spread, MIDDLE)
    if found is None:
        return Marker.NOT_APPLICABLE
    return (Decimal(found.numerator) / found.denominator).quantize(_TENTH)
