"""Why those who started left before completing, and when (2.2, C5)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from piccolo.querystring import QueryString

from core import clock
from core.periods import named
from core.reports import Basis, Column, Kind, Question, Rate, Report, Row, Sum, grouped
from core.scope import Scope
from programmes.domain.exits import EARLY, Departure, departure, group_of
from programmes.domain.terms import ExitReason
from programmes.queries.case_sources import LAST_PLACES
from programmes.queries.cases import Amount, Event, Part, grouped_sums
from programmes.queries.groupings import (
    GROUPINGS,
    Group,
    Grouping,
    is_sensitive,
    label_columns,
)
from programmes.reports.completion import BASES, COUNTING_UNIT, NEUTRAL, STARTED
from programmes.reports.faults import data_quality
from programmes.reports.sections import NEVER_POOLED, sections

_DEFINITIONS = (
    STARTED,
    (
        "Left: started, and then left before completing, for one of the reasons listed; a "
        "completion in part has none and is not among them, and a transfer is no exit"
    ),
    "Early: left with fewer than 25 % of the programme’s units credited, catch-ups included (C5)",
    NEUTRAL + ". They are outside the person’s control and are shown apart",
    (
        "De-selected: behaviour in the session or outside, or a risk that rose. The Welsh "
        "standards of 2018 keep de-selection and dropping out apart"
    ),
    (
        "Dropped out: left for any other reason; breach, recall and revocation are among "
        "them, as they were in the national report of 2003/04"
    ),
    "Share = left for this reason / all who left",
    "Never started: had a place and left it before any group unit; in none of the other figures",
)
_KINDS = {
    Departure.DROPPED_OUT: "dropped_out",
    Departure.DESELECTED: "deselected",
    Departure.NEUTRAL: "neutral",
}


async def non_completion(question: Question, *, scope: Scope) -> Report:
    """Answer how many left for which reason, early or late, all together unless asked otherwise.

    Source: domain.md 2.2, C5.
    """
    group_by = grouped(question, GROUPINGS)
    by_reason = await grouped_sums(
        [_part(question)], question, group_by=(*group_by, Grouping.EXIT_REASON), scope=scope
    )
    found = _with_all(by_reason)
    return Report(
        slug="non-completion",
        title="Why people left",
        counting_unit=COUNTING_UNIT,
        question=question,
        basis=BASES[question.basis],
        period=named(question.since, question.until, today=clock.today()),
        as_of=clock.today(),
        run_at=clock.now(),
        definitions=(*_DEFINITIONS, NEVER_POOLED),
        group_by=(*group_by, "exit_group", "exit_reason"),
        columns=(*label_columns(group_by), *_COLUMNS),
        sums=_SUMS,
        sections=sections(
            found, _cells, sensitive=is_sensitive(group_by), totals=_totals(found)
        ),
        data_quality=await data_quality(scope=scope),
    )  # fmt: skip


_COLUMNS = (
    Column("exit_group", "Group of reasons", Kind.CODE),
    Column("exit_reason", "Reason", Kind.CODE),
    Column("exited", "Left", Kind.COUNT),
    Column("early", "Early", Kind.COUNT),
    Column("late", "Later", Kind.COUNT),
    Column("dropped_out", "Dropped out", Kind.COUNT),
    Column("deselected", "De-selected", Kind.COUNT),
    Column("neutral", "Neutral exits", Kind.COUNT),
    Column(
        "all_exited", "All who left", Kind.COUNT, adds_up=False,
        along=("exit_group", "exit_reason"), whole_of="exited",
    ),
    Column("share", "Share of all who left", Kind.RATE, "exited", "all_exited"),
    Column("never_started", "Never started", Kind.COUNT),
)  # fmt: skip
_SUMS = (
    Sum("exited", ("early", "late")),
    Sum("exited", ("dropped_out", "deselected", "neutral")),
    Sum("exited", ("left", "neutral"), elsewhere=True),
)
"""Who ``left`` stands in the report of completion, beside who left for a neutral reason."""


def _part(question: Question) -> Part:
    flow = question.basis is Basis.FLOW
    exited = "e.status = 'exited' AND e.started_on IS NOT NULL"
    part, whole = EARLY.as_integer_ratio()
    few = f"COALESCE(k.units_credited, 0) * {whole} < COALESCE(t.units, 0) * {part}"
    return Part(
        QueryString(LAST_PLACES),
        Event.ENDED if flow else Event.REFERRED,
        (
            Amount("exited", QueryString(exited)),
            Amount("early", QueryString(f"{exited} AND {few}")),
            Amount("never_started", QueryString("e.started_on IS NULL")),
        ),
        (QueryString("e.status = 'exited'"),),
    )


def _with_all(groups: Sequence[Group]) -> tuple[Group, ...]:
    """Answer the groups with the group of their reason, and with how many left for any."""
    exited: Counter[tuple[object, ...]] = Counter()
    for group in groups:
        exited[_all_of(group)] += group.counts["exited"]
    return tuple(
        replace(
            group,
            labels=(*group.labels[:-1], group_of(_reason(group)).value, group.labels[-1]),
            counts={
                **group.counts,
                **_kinds(group),
                "all_exited": exited[_all_of(group)],
            },
        )
        for group in groups
    )


def _all_of(group: Group) -> tuple[object, ...]:
    return (group.side, group.type, *group.labels[:-1])


def _reason(group: Group) -> ExitReason:
    return ExitReason(str(group.labels[-1]))


def _kinds(group: Group) -> dict[str, int]:
    """Answer those who left by how they did: all of one reason did so alike."""
    kind = departure(_reason(group))
    return {key: group.counts["exited"] if one is kind else 0 for one, key in _KINDS.items()}


def _totals(groups: Sequence[Group]) -> tuple[Group, ...]:
    """Answer what all reasons add up to; all who left is not added up once for each reason."""
    found: dict[tuple[object, ...], Counter[str]] = {}
    first: dict[tuple[object, ...], Group] = {}
    for group in groups:
        key = (group.side, group.type)
        first.setdefault(key, group)
        found.setdefault(key, Counter()).update(group.counts)
    return tuple(
        replace(first[key], labels=(), counts={**sums, "all_exited": sums["exited"]})
        for key, sums in found.items()
    )


def _cells(counts: Mapping[str, int]) -> Row:
    exited = counts["exited"]
    return (
        exited,
        counts["early"],
        exited - counts["early"],
        counts["dropped_out"],
        counts["deselected"],
        counts["neutral"],
        counts["all_exited"],
        Rate(exited, counts["all_exited"]),
        counts["never_started"],
    )
