"""The agreed basket of outcomes: what changed, by measure and by who reports it (S10, S13, C11)."""

from collections.abc import Sequence
from itertools import groupby

from core import clock
from core.periods import named, quarter_of
from core.reports import Column, Kind, Marker, Question, Rate, Report, Row, Section, Sum, grouped
from core.scope import Permission, Scope, Side
from core.suppression import THRESHOLDS
from programmes.domain.case_terms import Direction, MeasureScale, OutcomeSource
from programmes.domain.outcomes import PairedChange
from programmes.queries.groupings import Grouping, label_columns
from programmes.queries.outcome_changes import (
    GROUPINGS,
    Changes,
    Indicator,
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
    f"quarters, never by cohort, and only where each figure is 0 or at least {THRESHOLDS[0]}"
)
_DEFINITIONS = (
    "Before: the report at the start; after: the latest report since, of the same source",
    "Pairs: those with both; improved, the same and worse are of these, as the measure means it",
    "Yes before and yes after are of pairs; movers = yes before - yes after (C11)",
    "Response = pairs / all who started",
    _SELF,
    _PARTNERS,
    NEVER_POOLED,
)
_CHANGED = ("improved", "same", "worse", "pre_yes", "post_yes", "still_yes", "kept_yes", "movers")
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
    Column("still_yes", "Yes both times, where no is better", Kind.COUNT, adds_up=False),
    Column("kept_yes", "Yes both times, where yes is better", Kind.COUNT, adds_up=False),
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
    counts_partners = _counts_partners(question, group_by, scope)
    return Report(
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
        columns=(*label_columns(group_by), *_COLUMNS),
        sums=_SUMS,
        sections=tuple(
            Section(
                heading(side, kind),
                tuple(
                    row for group in some for row in _rows(group, counts_partners=counts_partners)
                ),
                side=side.value,
            )
            for (side, kind), some in groupby(groups, key=lambda group: (group.side, group.type))
        ),
        data_quality=await data_quality(scope),
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


def _rows(group: OutcomeGroup, *, counts_partners: bool) -> list[Row]:
    """Answer the rows of a group, each measure's sources together."""
    told = {
        changes.indicator: _told(changes, group, counts_partners=counts_partners)
        for changes in group.changes
    }
    beside = {
        _measure(changes.indicator)
        for changes in group.changes
        if changes.indicator.source in _BESIDE
        and changes.paired.n_paired
        and told[changes.indicator]
    }
    rows = []
    for changes in group.changes:
        of = changes.indicator
        alone = (
            group.side is Side.PERPETRATOR
            and of.source is OutcomeSource.SELF
            and _measure(of) not in beside
        )
        cells = _cells(changes, group.started)
        if not told[of]:
            cells = dict.fromkeys(cells, Marker.SUPPRESSED)
        elif alone:
            cells |= dict.fromkeys((*_CHANGED, "improved_rate"), Marker.UNAVAILABLE)
        figures = [group.started if key == "started" else cells[key] for key in _keys()]
        rows.append((*group.labels, of.name, of.source.value, *figures))
    return rows


def _keys() -> list[str]:
    return [column.key for column in _COLUMNS[2:]]


def _measure(of: Indicator) -> tuple[str, str]:
    return (of.name, of.code)


def _told(changes: Changes, group: OutcomeGroup, *, counts_partners: bool) -> bool:
    """Tell whether this reader may read these counts: only what partners report is held back."""
    partners = changes.indicator.source is OutcomeSource.PARTNER
    if not (partners and group.side is Side.PERPETRATOR) or group.sees_partners:
        return True
    found = changes.paired
    figures = [
        found.n_pre, found.n_post, found.n_paired, found.improved, found.same, found.worse,
        found.pre_yes, found.post_yes, changes.both_yes, found.n_pre - found.n_paired,
        found.n_post - found.n_paired, group.started - found.n_pre, group.started - found.n_post,
        found.n_paired - found.pre_yes, found.n_paired - found.post_yes,
        found.same - changes.both_yes,
    ]  # fmt: skip
    return counts_partners and not any(0 < figure < THRESHOLDS[0] for figure in figures)


def _cells(changes: Changes, started: int) -> dict[str, object]:
    """Answer the figures that follow how many started; ``[z]`` where a measure has none."""
    found, of = changes.paired, changes.indicator
    cells: dict[str, object] = dict.fromkeys(_keys()[1:], Marker.NOT_APPLICABLE)
    cells["n_post"] = found.n_post
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
