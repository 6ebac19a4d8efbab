"""Reports with a row for each group, of kinds of programmes apart."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import TypeVar

from core.reports import Column, Kind, Row, Section
from programmes.queries.groups_held import GroupView
from programmes.reports.sections import heading

NAMES = ("programme", "cohort")
NAME_COLUMNS = (Column("programme", "Programme", Kind.TEXT), Column("cohort", "Cohort", Kind.TEXT))

Found = TypeVar("Found")


def group_sections(
    groups: Mapping[GroupView, Found],
    cells: Callable[[GroupView, Found], Row],
    total: Callable[[Sequence[tuple[GroupView, Found]]], Row],
) -> tuple[Section, ...]:
    """Answer a section for each side and kind, a row for each group that met."""
    sections = []
    names = _told_apart(groups)
    for (side, kind), some in groupby(groups, key=lambda group: (group.side, group.type)):
        members = list(some)
        sections.append(
            Section(
                heading(side, kind),
                tuple(
                    (group.programme, names[group], *cells(group, groups[group]))
                    for group in members
                ),
                totals=("All", "", *total([(group, groups[group]) for group in members])),
                side=side.value,
            )
        )
    return tuple(sections)


def _told_apart(groups: Mapping[GroupView, object]) -> dict[GroupView, str]:
    """Answer what names each group: where two have one name, the end of their ids too."""
    codes = Counter((group.programme, group.code) for group in groups)
    return {
        group: f"{group.code} ({str(group.id)[-4:]})"
        if codes[group.programme, group.code] > 1
        else group.code
        for group in groups
    }
