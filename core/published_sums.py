"""What counts of a report add up to besides those that its own tables say (C9.4)."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise

from core.published_numbers import Count, Family, Period, Statement


def others(counts: Collection[Count]) -> Iterator[Statement]:
    """Answer of each count, and another of fewer labels, what the rest of that is."""
    held: dict[tuple[object, ...], list[Count]] = {}
    for count in sorted(set(counts), key=lambda count: len(count.family.labels)):
        family = count.family
        for whole in held.setdefault((family.of, family.column, count.period), []):
            if whole.family.labels < family.labels and family.adds_up:
                beyond = sorted(family.labels - whole.family.labels)
                rest = replace(whole.family, column=f"{family.column} but not of {beyond}")
                yield Statement({whole: -1, count: 1, Count(rest, count.period): 1})
        held[family.of, family.column, count.period].append(count)


def all_others(counts: Collection[Count]) -> Iterator[Statement]:
    """Answer of each count what is left beyond all that are told of with one label more."""
    periods = _periods(counts)
    parts: dict[tuple[Family, str], set[Family]] = {}
    for family in periods:
        for label in family.labels if family.adds_up else ():
            whole = replace(family, labels=family.labels - {label})
            if whole in periods:
                parts.setdefault((whole, label[0]), set()).add(family)
    for (whole, name), some in parts.items():
        rest = replace(whole, column=f"{whole.column} but of no {name} told")
        for period in periods[whole] if len(some) > 1 else ():
            told = {Count(part, period): 1 for part in some}
            yield Statement({Count(whole, period): -1, **told, Count(rest, period): 1})


def in_other_periods(sums: Iterable[Statement], counts: Collection[Count]) -> Iterator[Statement]:
    """Answer that the rows of a table are all there are in other periods that are told of, too.

    It may not be so, but whoever has read the table will think it.
    """
    rows: dict[tuple[Family, frozenset[str]], set[Family]] = {}
    for one in sums:
        wholes = [count.family for count, times in one.counts.items() if times < 0]
        parts = {count.family for count, times in one.counts.items() if times > 0}
        names = {_beyond(part, whole) for whole in wholes for part in parts}
        if len(wholes) == 1 and len(names) == 1 and all(names):
            rows.setdefault((wholes[0], names.pop()), set()).update(parts)
    periods = _periods(counts)
    for (whole, _), some in rows.items():
        for period in periods.get(whole, ()):
            yield Statement({Count(whole, period): -1, **{Count(part, period): 1 for part in some}})


def in_stretches(said: Iterable[Statement], counts: Collection[Count]) -> Iterator[Statement]:
    """Answer of each sum that it holds in every stretch of its days that some release tells of.

    Whoever is in a period's rows is in them in a part of it, and nobody else is.
    """
    days: dict[Family, set[date]] = {}
    for count in counts:
        days.setdefault(count.family, set()).update(count.period)
    for one in said:
        periods = {count.period for count in one.counts}
        if one.is_printed or len(periods) > 1 or not all(c.family.adds_up for c in one.counts):
            continue
        [(begin, end)] = periods
        told = set().union(*(days.get(count.family, set()) for count in one.counts))
        within = [begin, *sorted(day for day in told if begin < day < end), end]
        if len(within) > 2:  # noqa: PLR2004 - it has parts
            for stretch in pairwise(within):
                yield Statement(
                    {replace(count, period=stretch): times for count, times in one.counts.items()}
                )


def _periods(counts: Iterable[Count]) -> dict[Family, set[Period]]:
    found: dict[Family, set[Period]] = {}
    for count in counts:
        found.setdefault(count.family, set()).add(count.period)
    return found


def _beyond(part: Family, whole: Family) -> frozenset[str]:
    """Answer which labels a part of a count has besides, where it counts the same."""
    is_part = part.labels > whole.labels and part.column == whole.column
    return frozenset(name for name, _ in part.labels - whole.labels) if is_part else frozenset()
