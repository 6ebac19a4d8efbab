"""The agreed basket of outcomes: what changed, by measure and by who reports it (S10, S13, C11)."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from core import clock
from core.periods import named, quarter_of
from core.publishing import published
from core.reports import Column, Kind, Marker, Question, Rate, Report, Row, Section, Sum, grouped
from core.scope import Permission, Scope, Side
from core.suppression import THRESHOLDS
from programmes.domain.case_terms import Direction, MeasureScale, OutcomeSource
from programmes.domain.outcomes import PairedChange
from programmes.queries.groupings import Grouping, label_columns
from programmes.queries.outcome_changes import (
    GROUPINGS,
    Changes,
    OutcomeGroup,
    outcome_changes,
)
from programmes.reports.faults import data_quality
from programmes.reports.sections import NEVER_POOLED, heading

_SELF = (
    "[x]: what perpetrators say of themselves is no outcome without a partner's or an agency's "
    "report of the same measure beside it"
)
_PARTNERS = (
    "[c] for what partners report: whoever may not read it person by person is told of whole "
    f"quarters, never by cohort, of no number from 1 to {THRESHOLDS[0] - 1}, and of no change "
    "where all say the same (C9)"
)
_DEFINITIONS = (
    "Before: the report at the start; after: the latest report since, of the same source",
    "Pairs: those with both; improved, the same and worse are of these, as the measure means it",
    "Yes before and yes after are of pairs; movers = yes before - yes after (C11)",
    "Response = pairs / all who started; what is asked once, at the end, shows no change",
    _SELF,
    _PARTNERS,
    NEVER_POOLED,
)
_YES_OR_NO = frozenset({"pre_yes", "post_yes", "still_yes", "kept_yes", "movers"})
_VERDICTS = ("improved", "same", "worse")
_CHANGED = _YES_OR_NO | {*_VERDICTS, "improved_rate"}
_BESIDE = frozenset({OutcomeSource.PARTNER, OutcomeSource.AGENCY})
_COLUMNS = (
    Column("indicator", "Measure", Kind.TEXT),
    Column("source", "Reported by", Kind.CODE),
    Column("started", "Started", Kind.COUNT, adds_up=False),
    Column("n_pre", "Before", Kind.COUNT, adds_up=False),
    Column("n_post", "After", Kind.COUNT, adds_up=False),
    Column("n_paired", "Pairs", Kind.COUNT, adds_up=False),
    Column("improved", "Improved", Kind.COUNT, adds_up=False),
    Column("same", "The same", Kind.COUNT, adds_up=False),
    Column("worse", "Worse", Kind.COUNT, adds_up=False),
    Column("pre_yes", "Yes before", Kind.COUNT, adds_up=False),
    Column("post_yes", "Yes after", Kind.COUNT, adds_up=False),
    Column("still_yes", "Still yes, where no is better", Kind.COUNT, adds_up=False),
    Column("kept_yes", "Still yes, where yes is better", Kind.COUNT, adds_up=False),
    Column("movers", "Movers", Kind.NUMBER, base="pre_yes post_yes"),
    Column("improved_rate", "Improved of pairs", Kind.RATE, "improved", "n_paired"),
    Column("response", "Response", Kind.RATE, "n_paired", "started"),
)
_SUMS = (
    Sum("started", ("n_pre",), rest=True),
    Sum("started", ("n_post",), rest=True),
    Sum("n_pre", ("n_paired",), rest=True),
    Sum("n_post", ("n_paired",), rest=True),
    Sum("n_paired", ("improved", "same", "worse")),
    Sum("n_paired", ("pre_yes",), rest=True),
    Sum("n_paired", ("post_yes",), rest=True),
    Sum("pre_yes", ("still_yes", "improved")),
    Sum("post_yes", ("still_yes", "worse")),
    Sum("pre_yes", ("kept_yes", "worse")),
    Sum("post_yes", ("kept_yes", "improved")),
    Sum("same", ("still_yes",), rest=True),
    Sum("same", ("kept_yes",), rest=True),
)
"""Whichever of the two columns of those who said yes twice does not apply has no figure, and
where a line lacks one of its figures it says nothing of that row."""


async def outcomes(question: Question, *, scope: Scope) -> Report:
    """Answer the changes of each measure as each source reports them, never one for another.

    Source: domain.md 2.4, C11.
    """
    group_by = grouped(question, GROUPINGS)
    groups = await outcome_changes(question, group_by=group_by, scope=scope)
    found = Report(
        slug="outcomes",
        title="Outcomes",
        counting_unit="places of people who started; whoever starts again is counted again",
        question=question,
        basis="cohort: everybody who started in the period, with all that was reported since (C2)",
        period=named(question.since, question.until, today=clock.today()),
        as_of=clock.today(),
        run_at=clock.now(),
        definitions=_DEFINITIONS,
        group_by=(*group_by, "indicator", "source"),
        columns=(*label_columns(group_by), *_columns(groups)),
        sums=_SUMS,
        sections=(),
        data_quality=await data_quality(scope=scope),
    )
    counted = _counts_partners(question, group_by, scope)
    return replace(
        found,
        sections=tuple(
            Section(
                heading(side, kind),
                tuple(row for group in some for row in _rows(found, group, counted=counted)),
                side=side.value,
            )
            for (side, kind), some in groupby(groups, key=lambda group: (group.side, group.type))
        ),
    )


def _columns(groups: Sequence[OutcomeGroup]) -> tuple[Column, ...]:
    """Answer the columns, without those of yes or no that no measure fills."""
    filled = {
        key
        for group in groups
        for changes in group.changes
        for key, cell in _cells(changes, group.started).items()
        if cell is not Marker.NOT_APPLICABLE
    }
    return tuple(
        column for column in _COLUMNS if column.key in filled or column.key not in _YES_OR_NO
    )


def _counts_partners(question: Question, group_by: Sequence[str], scope: Scope) -> bool:
    """Tell whether counts are of so many that nobody learns whose partner reports (D4, M10).

    One group's facilitators are never told; others not by days that could be moved around one
    person's start.
    """
    narrow = (
        Grouping.COHORT in group_by
        or question.cohort_id is not None
        or any(area.own_only for area in scope.within(Permission.VIEW_PROGRAMME_REPORTS))
    )
    since, until = question.since, question.until
    begins = since is None or since == quarter_of(since).first_on
    return not narrow and begins and (until is None or until == quarter_of(until).last_on)


def _rows(report: Report, group: OutcomeGroup, *, counted: bool) -> list[Row]:
    """Answer the rows of a group, each measure's sources together."""
    told = {
        changes.indicator: _told(report, group, changes, counted=counted)
        for changes in group.changes
    }
    beside = {
        (of.name, of.code)
        for of, cells in told.items()
        if of.source in _BESIDE and any(_is_some(cells[key]) for key in _VERDICTS)
    }
    for of, cells in told.items():
        alone = of.source is OutcomeSource.SELF and (of.name, of.code) not in beside
        if group.side is Side.PERPETRATOR and alone:
            cells.update(dict.fromkeys(_CHANGED & cells.keys(), Marker.UNAVAILABLE))
    return [(*group.labels, *cells.values()) for cells in told.values()]


def _is_some(cell: object) -> bool:
    return isinstance(cell, int) and cell > 0


def _told(
    report: Report, group: OutcomeGroup, changes: Changes, *, counted: bool
) -> dict[str, object]:
    """Answer the figures of a row as this reader may have them: partners' are not for all (D4).

    Nor are they where all partners said the same, or how many answered is hidden itself (C9).
    """
    keys = [column.key for column in report.columns[len(group.labels) :]]
    cells = _cells(changes, group.started)
    found = {key: cells[key] for key in keys}
    partners = changes.indicator.source is OutcomeSource.PARTNER
    if not (partners and group.side is Side.PERPETRATOR) or group.sees_partners:
        return found
    if not counted:
        kept = ("indicator", "source", "started")
        return found | dict.fromkeys(found.keys() - kept, Marker.SUPPRESSED)
    row = (*group.labels, *found.values())
    (printed,) = published(
        replace(report, sections=(Section("", (row,)),)), threshold=THRESHOLDS[0]
    ).rows
    shown = dict(zip(keys, printed[len(group.labels) :], strict=True))
    alike = len([key for key in _VERDICTS if _is_some(found[key])]) == 1
    if alike or shown["n_paired"] is Marker.SUPPRESSED:
        shown.update(dict.fromkeys(_CHANGED & shown.keys(), Marker.SUPPRESSED))
    return shown


def _cells(changes: Changes, started: int) -> dict[str, object]:
    """Answer the cells of a row, ``[z]`` where a measure has no such figure."""
    found, of = changes.paired, changes.indicator
    cells: dict[str, object] = {column.key: Marker.NOT_APPLICABLE for column in _COLUMNS}
    cells |= {
        "indicator": of.name, "source": of.source.value, "started": started, "n_post": found.n_post,
    }  # fmt: skip
    if not changes.asked_at_start:
        return cells
    cells |= {
        "n_pre": found.n_pre, "n_paired": found.n_paired, "improved": found.improved,
        "same": found.same, "worse": found.worse,
        "improved_rate": Rate(found.improved, found.n_paired),
        "response": Rate(found.n_paired, started),
    }  # fmt: skip
    if of.scale is MeasureScale.YES_NO:
        cells |= _yes_or_no(found, changes.both_yes, of.direction)
    return cells


def _yes_or_no(found: PairedChange, both: int, direction: Direction) -> dict[str, object]:
    better = "kept_yes" if direction is Direction.HIGHER_IS_BETTER else "still_yes"
    return {
        "pre_yes": found.pre_yes, "post_yes": found.post_yes, "movers": found.movers, better: both,
    }  # fmt: skip
