"""Counts of referrals and what became of them, grouped: what most reports of programmes rest on.

Each case is one referral with the last place that came of it. Sides and kinds of programme are
never counted together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from piccolo.querystring import QueryString

from core import database
from core.errors import NotFoundError
from core.reports import Basis, Question
from core.scope import Permission, Scope, Side
from programmes.queries import visibility
from programmes.queries.groupings import (
    DIMENSIONS,
    FURTHER,
    GROUPINGS,
    NOT_RECORDED,
    Group,
    Grouping,
    add,
    groups_of,
    label_columns,
    told_apart,
)

__all__ = ["GROUPINGS", "NOT_RECORDED", "Group", "Grouping", "label_columns"]


class Event(StrEnum):
    """The day on which what is counted happened: its column."""

    REFERRED = "r.received_on"
    ASSESSED = "r.assessed_on"
    STARTED = "e.started_on"
    ENDED = "e.ended_on"


@dataclass(frozen=True, slots=True)
class Count:
    """Something that is counted of cases: when it happened, and on what condition."""

    key: str
    event: Event
    condition: QueryString


@dataclass(frozen=True, slots=True)
class Amount:
    """What is added up of the rows on which a condition holds: one of each, or a ``value``.

    Where they are ``distinct``, each different value counts once.
    """

    key: str
    condition: QueryString
    value: str = "1"
    distinct: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """What one statement adds up.

    Its ``source`` names programmes ``g``, cohorts ``c``, places ``e`` and referrals ``r``; the
    period bounds the ``day`` of each row, and weeks and quarters are told by it. With ``spreads``
    the rows of a group are parted by those values too.
    """

    source: QueryString
    day: str
    amounts: tuple[Amount, ...]
    conditions: tuple[QueryString, ...] = ()
    spreads: tuple[str, ...] = ()


CASES = (
    " FROM referrals r JOIN programmes g ON g.id = r.programme"
    " LEFT JOIN enrolments e ON e.referral = r.id AND NOT EXISTS"
    " (SELECT 1 FROM enrolments n WHERE n.referral = e.referral AND n.id > e.id)"
    " LEFT JOIN cohorts c ON c.id = e.cohort"
)
"""Each referral, with the last place that came of it."""


async def case_counts(
    counts: Sequence[Count], question: Question, *, group_by: Sequence[str], scope: Scope
) -> tuple[Group, ...]:
    """Answer counts of the cases that the scope may see, by side, kind and the groupings, in order.

    On the cohort basis the period bounds the day of referral, on the flow basis the day of what
    is counted.

    Raises:
        NotFoundError: the programme asked for is not there, or not visible.
    """
    flow = question.basis is Basis.FLOW
    parts: dict[Event, list[Amount]] = {}
    for count in counts:
        event = count.event if flow else Event.REFERRED
        parts.setdefault(event, []).append(Amount(count.key, count.condition))
    return await grouped_sums(
        [
            Part(QueryString(CASES), event, tuple(some),
                 (QueryString(f"{event} IS NOT NULL"),) if flow else ())
            for event, some in parts.items()
        ],
        question, group_by=group_by, scope=scope,
    )  # fmt: skip


async def grouped_sums(
    parts: Sequence[Part], question: Question, *, group_by: Sequence[str], scope: Scope
) -> tuple[Group, ...]:
    """Answer what the parts add up to within the scope, by side, kind and the groupings, in order.

    Raises:
        NotFoundError: the programme or the cohort asked for is not there, or not visible.
    """
    await require_programme(question.programme_id, scope=scope)
    await require_cohort(question.cohort_id, scope=scope)
    groupings = [Grouping(grouping) for grouping in group_by]
    found: dict[tuple[Any, ...], dict[str, int]] = {}
    for part in parts:
        for row in await part_rows(part, question, groupings, scope=scope):
            add(found, row, [amount.key for amount in part.amounts], groupings)
    keys = [amount.key for part in parts for amount in part.amounts]
    return groups_of(found, keys, told_apart(found, groupings))


async def require_programme(programme_id: UUID | None, *, scope: Scope) -> None:
    """Refuse a programme that the scope's reports do not count.

    Raises:
        NotFoundError: it is not there, or not visible.
    """
    if programme_id is None:
        return
    found = await database.run(
        "SELECT g.id FROM programmes g LEFT JOIN programme_versions v ON v.programme = g.id"
        " LEFT JOIN cohorts c ON c.programme_version = v.id WHERE g.id = {} AND {} LIMIT 1",
        programme_id,
        visibility.reported(scope),
    )
    if not found:
        raise NotFoundError


async def require_cohort(cohort_id: UUID | None, *, scope: Scope) -> None:
    """Refuse a cohort that the scope's reports do not count.

    Raises:
        NotFoundError: it is not there, or not visible.
    """
    if cohort_id is None:
        return
    found = await database.run(
        "SELECT c.id FROM cohorts c JOIN programme_versions v ON v.id = c.programme_version"
        " JOIN programmes g ON g.id = v.programme WHERE c.id = {} AND {}",
        cohort_id,
        visibility.reported(scope),
    )
    if not found:
        raise NotFoundError


async def part_rows(
    part: Part, question: Question, groupings: Sequence[Grouping], *, scope: Scope
) -> list[database.Row]:
    """Answer the rows of a part within the scope, one for each group."""
    keys = [DIMENSIONS[grouping].key(part.day) for grouping in groupings]
    names = [DIMENSIONS[grouping].name for grouping in groupings]
    labels = "".join(
        f", {key} AS key_{place}, MIN({name}) AS name_{place}"
        for place, (key, name) in enumerate(zip(keys, names, strict=True))
    )
    labels += "".join(f", {value} AS value_{place}" for place, value in enumerate(part.spreads))
    grouped = ", ".join(["g.side", "g.type", *keys, *part.spreads])
    sums = ", ".join(_sum(amount) for amount in part.amounts)
    joined = "".join(join for alias, join in FURTHER.items() if alias in labels)
    return await database.run(
        f"SELECT g.side, g.type{labels}, {sums}{{}}{joined} WHERE {{}} GROUP BY {grouped}",
        *(amount.condition for amount in part.amounts),
        part.source,
        database.all_of([*asked_for(part.day, question, scope=scope), *part.conditions]),
    )


def _sum(amount: Amount) -> str:
    if amount.distinct:
        return f"COUNT(DISTINCT CASE WHEN {{}} THEN {amount.value} END) AS {amount.key}"
    return f"SUM(CASE WHEN {{}} THEN {amount.value} ELSE 0 END) AS {amount.key}"


def asked_for(day: str, question: Question, *, scope: Scope) -> list[QueryString]:
    """Answer the conditions on ``g`` and ``c`` that keep to a question, ``day`` to its period."""
    return [*of_whom(question, scope=scope), *within(day, question.since, question.until)]


def of_whom(question: Question, *, scope: Scope) -> list[QueryString]:
    """Answer the conditions on ``g`` and ``c`` that keep to a question, whenever it was."""
    found = [visibility.reported(scope)]
    if question.programme_id:
        found.append(QueryString("g.id = {}", question.programme_id))
    if question.organisation_id:
        found.append(QueryString("g.organisation = {}", question.organisation_id))
    if question.cohort_id:
        found.append(QueryString("c.id = {}", question.cohort_id))
    return found


def within(column: str, since: date | None, until: date | None) -> list[QueryString]:
    """Answer the conditions that a day lies in a period, both its ends included."""
    found = []
    if since:
        found.append(QueryString(f"{column} >= {{}}", since))
    if until:
        found.append(QueryString(f"{column} <= {{}}", until))
    return found


def reported_sides(scope: Scope) -> tuple[Side, ...]:
    """Answer the sides of which the scope may read reports, in a fixed order."""
    areas = scope.within(Permission.VIEW_PROGRAMME_REPORTS)
    return tuple(sorted({area.side for area in areas if area.side}))
