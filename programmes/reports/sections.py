"""How figures of programmes stand together: a section for each kind of programme of a side."""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby

from core.reports import Row, Section
from core.scope import Side
from programmes.domain.spreads import Spread
from programmes.domain.terms import ProgrammeType
from programmes.queries.cases import Group
from programmes.queries.spreads import SpreadGroup

KINDS: Mapping[ProgrammeType, str] = {
    ProgrammeType.FREEDOM: "Freedom Programme",
    ProgrammeType.SURVIVOR_GROUP_OTHER: "other survivors' groups",
    ProgrammeType.BEHAVIOUR_CHANGE: "behaviour change",
    ProgrammeType.EARLY_RESPONSE: "early response",
    ProgrammeType.HELP_SEEKING: "help-seeking",
    ProgrammeType.INTENSIVE_CASE_MANAGEMENT: "intensive case management",
    ProgrammeType.IDAP: "IDAP",
    ProgrammeType.BBR: "Building Better Relationships",
    ProgrammeType.BUILDING_CHOICES: "Building Choices",
    ProgrammeType.CALEDONIAN: "Caledonian",
    ProgrammeType.CARING_DADS: "Caring Dads",
    ProgrammeType.PEER_SUPPORT: "peer support",
}
NEVER_POOLED = "Kinds of programme and the two sides are never added up together"

Cells = Callable[[Mapping[str, int]], Row]
"""Answers the cells of a row that follow its names, from its counts."""

SpreadCells = Callable[[Sequence[Mapping[str, Spread]]], Row]
"""Answers the cells of a row that follow its names, from the spreads of one group or of several."""


def heading(side: Side, kind: ProgrammeType) -> str:
    """Answer what a section is of, such as ``Survivors: Freedom Programme``."""
    return f"{side.value.capitalize()}s: {KINDS[kind]}"


def sections(
    groups: Sequence[Group],
    cells: Cells,
    *,
    sensitive: bool = False,
    totals: Sequence[Group] = (),
) -> tuple[Section, ...]:
    """Answer a section for each side and kind, its totals counted from its sums.

    Where the rows of a count do not add up, ``totals`` are counted apart, without groupings.
    """
    found = []
    apart = {(group.side, group.type): group.counts for group in totals}
    for (side, kind), some in groupby(groups, key=lambda group: (group.side, group.type)):
        rows = list(some)
        found.append(
            Section(
                heading(side, kind),
                tuple((*row.labels, *cells(row.counts)) for row in rows),
                totals=(*_total_labels(rows[0]), *cells(apart.get((side, kind)) or _summed(rows))),
                side=side.value,
                sensitive=sensitive,
            )
        )
    return tuple(found)


def spread_sections(
    groups: Sequence[SpreadGroup], cells: SpreadCells, *, sensitive: bool = False
) -> tuple[Section, ...]:
    """Answer a section for each side and kind, its totals of all its cases together."""
    found = []
    for (side, kind), some in groupby(groups, key=lambda group: (group.side, group.type)):
        rows = list(some)
        found.append(
            Section(
                heading(side, kind),
                tuple((*row.labels, *cells([row.spreads])) for row in rows),
                totals=(*_total_labels(rows[0]), *cells([row.spreads for row in rows])),
                side=side.value,
                sensitive=sensitive,
            )
        )
    return tuple(found)


def _total_labels(row: Group | SpreadGroup) -> tuple[str, ...]:
    return tuple("" if place else "All" for place, _ in enumerate(row.labels))


def _summed(rows: Sequence[Group]) -> dict[str, int]:
    return {key: sum(row.counts[key] for row in rows) for key in rows[0].counts}
