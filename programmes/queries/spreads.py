"""How many cases have each value of something, grouped: what medians and curves rest on."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from piccolo.querystring import QueryString

from core.reports import Question
from core.scope import Scope, Side
from programmes.domain.spreads import Spread
from programmes.domain.terms import ProgrammeType
from programmes.queries.cases import (
    CASES,
    Amount,
    Event,
    Grouping,
    Part,
    part_rows,
    require_cohort,
    require_programme,
)
from programmes.queries.groupings import place_of, told_apart

_EVERY = Amount("cases", QueryString("(1 = 1)"))


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which cases a value is wanted; the period bounds the day of the ``event``.

    Those ``carried`` over from before the period are of it too.
    """

    event: Event
    condition: QueryString
    value: str
    source: str = CASES
    carried: bool = False


@dataclass(frozen=True, slots=True)
class SpreadGroup:
    """The cases of one group by their values, for each thing that was asked."""

    side: Side
    type: ProgrammeType
    labels: tuple[object, ...]
    spreads: Mapping[str, Spread]


async def case_spreads(
    asked: Mapping[str, Asked], question: Question, *, group_by: Sequence[str], scope: Scope
) -> tuple[SpreadGroup, ...]:
    """Answer how many cases that the scope may see have each value, grouped, in order.

    Raises:
        NotFoundError: the programme or the cohort asked for is not there, or not visible.
    """
    await require_programme(question.programme_id, scope=scope)
    await require_cohort(question.cohort_id, scope=scope)
    groupings = [Grouping(grouping) for grouping in group_by]
    found: dict[tuple[Any, ...], dict[str, Counter[int]]] = {}
    for keys in _together(asked):
        first = asked[keys[0]]
        known = (QueryString(f"{first.event} IS NOT NULL"), first.condition)
        values = tuple(asked[key].value for key in keys)
        part = Part(QueryString(first.source), first.event, (_EVERY,), known, values)
        of = replace(question, since=None) if first.carried else question
        for row in await part_rows(part, of, groupings, scope=scope):
            group = found.setdefault(place_of(row, groupings), {})
            for place, key in enumerate(keys):
                group.setdefault(key, Counter())[int(row[f"value_{place}"])] += row["cases"]
    names = told_apart(found, groupings)
    return tuple(
        SpreadGroup(
            Side(side),
            ProgrammeType(kind),
            names(tuple(labels)),
            {key: found[side, kind, *labels].get(key, {}) for key in asked},
        )
        for side, kind, *labels in sorted(found)
    )


def _together(asked: Mapping[str, Asked]) -> Iterable[Sequence[str]]:
    """Answer the keys of what is asked of the same cases, which one statement tells."""
    found: dict[object, list[str]] = {}
    for key, one in asked.items():
        cases = (one.event, str(one.condition), one.source, one.carried)
        found.setdefault(cases, []).append(key)
    return found.values()
