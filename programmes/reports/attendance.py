"""How many of the sessions at which people were expected they came to (C5)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import groupby

from core import clock
from core.errors import InvalidInputError
from core.figures import tenths
from core.periods import named
from core.reports import Basis, Column, Kind, Question, Rate, Report, Row, Sum, grouped
from core.scope import Scope
from programmes.domain.weeks import every_week
from programmes.queries.attended import attended_counts
from programmes.queries.groupings import (
    GROUPINGS,
    Group,
    Grouping,
    is_sensitive,
    label_columns,
)
from programmes.reports.faults import data_quality
from programmes.reports.sections import NEVER_POOLED, sections

KNOWN = (*GROUPINGS, Grouping.WEEK.value)

_OF_TIME = {Grouping.WEEK.value, Grouping.QUARTER.value}
_MINUTES = 60
_BASES: Mapping[Basis, str] = {
    Basis.COHORT: (
        "cohort: everybody referred in the period, followed through all their sessions (C2)"
    ),
    Basis.FLOW: "flow: the sessions held in the period, whoever came to them (C2)",
}
_DEFINITIONS = (
    (
        "Expected: sessions that were held, or whose day is past, inside a person’s time in the"
        " group; "
        "without catch-ups, pauses, and marks that do not count (stood down, not required, sent"
        " home because of the service)"
    ),
    "Not marked: expected, without a mark; shown apart, and never as absent",
    "Attendance = attended / marked, of everybody together; no mean of percentages",
    (
        "Compliance = complied / marked; an absence complies where it was found acceptable or,"
        " without a finding, was notified beforehand"
    ),
)
_HOURS = {
    Basis.COHORT: "Hours: of the units credited, catch-ups included, each unit of a person once; "
    "counted where the person is now, with what was carried over",
    Basis.FLOW: "Hours: of the units credited at these sessions, catch-ups included, each unit of "
    "a place once in the period",
}
_PLACES = "Places: people’s places in a group with at least one mark"
_ONCE = "By time a place is in a row for each week or quarter, and once in the total"
_SUMS = (
    Sum("expected", ("marked", "unmarked")),
    Sum("marked", ("attended",), rest=True),
    Sum("marked", ("compliant",), rest=True),
)


async def attendance(question: Question, *, scope: Scope) -> Report:
    """Answer attendance, compliance and hours, by programme unless asked otherwise.

    Weeks have a row each from the first session to the last, whether or not anything was held.

    Raises:
        InvalidInputError: people referred in a period cannot be parted by the weeks of sessions.

    Source: domain.md C5.
    """
    group_by = grouped(question, KNOWN) or (Grouping.PROGRAMME.value,)
    if Grouping.WEEK in group_by and question.basis is Basis.COHORT:
        raise InvalidInputError.of("group_by", "A row for each week needs the basis flow")
    groups = await attended_counts(question, group_by=group_by, scope=scope)
    totals: Sequence[Group] = ()
    if question.basis is Basis.FLOW and _OF_TIME & set(group_by):
        totals = await attended_counts(question, group_by=(), scope=scope)
    return Report(
        slug="attendance",
        title="Attendance",
        counting_unit="expected sessions of places in groups; one person may have several places",
        question=question,
        basis=_BASES[question.basis],
        period=named(question.since, question.until, today=clock.today()),
        as_of=clock.today(),
        run_at=clock.now(),
        definitions=_definitions(question.basis, by_time=bool(totals)),
        group_by=group_by,
        columns=(*label_columns(group_by), *_columns(adds_up=not totals)),
        sums=_SUMS,
        sections=sections(
            with_gap_weeks(groups, group_by),
            _cells,
            sensitive=is_sensitive(group_by),
            totals=totals,
        ),
        data_quality=await data_quality(scope=scope),
    )


def _definitions(basis: Basis, *, by_time: bool) -> tuple[str, ...]:
    once = (_ONCE,) if by_time else ()
    return (*_DEFINITIONS, _HOURS[basis], _PLACES, *once, NEVER_POOLED)


def with_gap_weeks(groups: Sequence[Group], group_by: Sequence[str]) -> tuple[Group, ...]:
    """Answer the groups with a row of noughts for each week between the first and the last."""
    if Grouping.WEEK not in group_by:
        return tuple(groups)
    found = []
    for _, some in groupby(groups, key=lambda one: (one.side, one.type, one.labels[:-1])):
        rows = {_week(one): one for one in some}
        first = next(iter(rows.values()))
        nothing = dict.fromkeys(first.counts, 0)
        found += [
            rows.get(week) or replace(first, labels=(*first.labels[:-1], week), counts=nothing)
            for week in every_week(rows)
        ]
    return tuple(found)


def _week(group: Group) -> date:
    week = group.labels[-1]
    assert isinstance(week, date)  # noqa: S101 - weeks are the last of the groupings
    return week


def _columns(*, adds_up: bool) -> tuple[Column, ...]:
    return (
        Column("places", "Places", Kind.COUNT, adds_up=adds_up),
        Column("expected", "Expected", Kind.COUNT, base="places"),
        Column("marked", "Marked", Kind.COUNT, base="places"),
        Column("attended", "Attended", Kind.COUNT, base="places"),
        Column("compliant", "Complied", Kind.COUNT, base="places"),
        Column("unmarked", "Not marked", Kind.COUNT, base="places"),
        Column("attendance_rate", "Attendance", Kind.RATE, "attended", "marked"),
        Column("compliance_rate", "Compliance", Kind.RATE, "compliant", "marked"),
        Column("hours", "Hours", Kind.NUMBER, base="places"),
    )


def _cells(counts: Mapping[str, int]) -> Row:
    expected = counts["expected"] + counts["unregistered"]
    marked = counts["marked"]
    return (
        counts["places"],
        expected,
        marked,
        counts["attended"],
        counts["compliant"],
        expected - marked,
        Rate(counts["attended"], marked),
        Rate(counts["compliant"], marked),
        tenths(Fraction(counts["minutes"], _MINUTES)),
    )
